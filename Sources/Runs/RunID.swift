package import FoundationEssentials
import Records

/// A run's id, `20261119-093012-k3v9`: UTC and four random characters, so that ids sort by time and can be typed.
package func makeRunID(at date: Date, using generator: inout some RandomNumberGenerator) -> String {
    // 2026-11-19T09:30:12.000Z
    let digits = Timestamp.text(date).prefix(19).filter(\.isNumber)
    let alphabet = Array("0123456789abcdefghijkmnpqrstuvwxyz")
    let suffix = (0..<4).compactMap { _ in alphabet.randomElement(using: &generator) }
    return "\(digits.prefix(8))-\(digits.dropFirst(8))-\(String(suffix))"
}
