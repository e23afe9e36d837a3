import FoundationEssentials
import JSON

extension RunReport {
    /// As `Documentation/schemas/run-report.schema.json` says it. Fields are only ever added, and all are always there.
    var json: JSONValue {
        [
            "format": "1.0", "operation": .string(operation.rawValue), "start": .string(timeText(start)),
            "end": .string(timeText(end)), "seconds": .seconds(seconds), "exitCode": .number(Decimal(Int(exitCode))),
            "totals": .object(
                Dictionary(uniqueKeysWithValues: totals.map { ($0.key.rawValue, .number(Decimal($0.value))) })),
            "stacks": .array(stacks.map(\.json)),
        ]
    }
}

extension StackReport {
    fileprivate var json: JSONValue {
        [
            "name": .string(name), "result": .string(result.rawValue), "run": .optional(run),
            "counts": counts?.json ?? .null, "start": .optional(start.map(timeText)),
            "seconds": seconds.map(JSONValue.seconds) ?? .null, "attempts": .number(Decimal(attempts)),
            "message": .optional(message), "dependencies": .array(dependencies.map(JSONValue.string)),
            "errors": .array(errors.map(JSONValue.string)),
        ]
    }
}

extension StackReport.Counts {
    fileprivate var json: JSONValue {
        ["add": .number(Decimal(add)), "change": .number(Decimal(change)), "destroy": .number(Decimal(destroy))]
    }
}

extension JSONValue {
    fileprivate static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    fileprivate static func seconds(_ seconds: Double) -> JSONValue {
        .number(Decimal(string: secondsText(seconds)) ?? 0)
    }
}

/// RFC 3339 in UTC with milliseconds.
func timeText(_ date: Date) -> String { date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }

/// With three digits after the point; a clock that was set back makes it no less than nothing.
func secondsText(_ seconds: Double) -> String {
    let milliseconds = Int(max(0, min(seconds, 1e9) * 1000).rounded())
    let rest = String(milliseconds % 1000)
    return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
}
