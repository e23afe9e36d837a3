/// What records can be kept by.
package enum Engine: CaseIterable, Sendable {
    case sqlite
    case postgres
}
