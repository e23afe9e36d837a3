package import Diagnostics
package import JSON

extension YAMLNode {
    /// The value by a schema. What `problems(_:)` finds fault with is read as the core schema has it, or as text.
    package func json(_ schema: YAMLSchema) -> JSONValue {
        switch kind {
        case .scalar(let scalar):
            switch reading(of: scalar, schema) {
            case .value(let value), .ambiguous(let value, _): value
            case .unsupported: .string(scalar.text)
            }
        case .sequence(let elements): .array(elements.map { $0.json(schema) })
        case .mapping(let pairs):
            .object(Dictionary(pairs.map { ($0.key, $0.value.json(schema)) }) { first, _ in first })
        }
    }

    /// What a schema refuses in this tree: scalars that the two versions of YAML read differently, numbers that JSON
    /// lacks, tags beyond the core schema, and in `core12` merge keys.
    package func problems(_ schema: YAMLSchema) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        collectProblems(schema, into: &problems)
        return problems
    }

    /// The tree with `<<` keys of YAML 1.1 replaced by the pairs that they name; a mapping's own keys win, then the
    /// first of several merged mappings. Problems are merge keys whose value is no mapping.
    package func mergingKeys() -> (node: YAMLNode, problems: [Diagnostic]) {
        var problems: [Diagnostic] = []
        return (mergingKeys(&problems), problems)
    }

    private func reading(of scalar: YAMLScalar, _ schema: YAMLSchema) -> PlainReading {
        switch tag {
        case nil: scalar.isPlain ? schema.read(plain: scalar.text) : .value(.string(scalar.text))
        case YAMLTag.bool, YAMLTag.integer, YAMLTag.float, YAMLTag.null: schema.read(plain: scalar.text)
        default: .value(.string(scalar.text))
        }
    }

    private func collectProblems(_ schema: YAMLSchema, into problems: inout [Diagnostic]) {
        if let tag, !YAMLTag.understood.contains(tag) {
            problems.append(.error("the tag `\(tag)` is not known here", at: location))
        }
        switch kind {
        case .scalar(let scalar): problems += problem(reading(of: scalar, schema), of: scalar.text, at: location)
        case .sequence(let elements):
            for element in elements { element.collectProblems(schema, into: &problems) }
        case .mapping(let pairs):
            for pair in pairs {
                if pair.keyIsPlain, schema == .core12 { problems += keyProblem(pair) }
                pair.value.collectProblems(schema, into: &problems)
            }
        }
    }

    private func keyProblem(_ pair: YAMLPair) -> [Diagnostic] {
        if pair.key == "<<" {
            return [
                .error(
                    "merge keys (`<<`) are not read here", at: pair.keyLocation,
                    hint: "lay one definition over another with `spec.extends`")
            ]
        }
        // A key is text in any case, so a number as such is no problem.
        guard case .ambiguous = YAMLSchema.core12.read(plain: pair.key) else { return [] }
        return problem(YAMLSchema.core12.read(plain: pair.key), of: pair.key, at: pair.keyLocation)
    }

    private func problem(_ reading: PlainReading, of text: String, at location: SourceLocation) -> [Diagnostic] {
        switch reading {
        case .value: []
        case .ambiguous(let core, let other):
            [.ambiguous(text, core: core, other: other, at: location)]
        case .unsupported(let message):
            [.error(message, at: location, hint: "quote it if it is meant as text")]
        }
    }

    private func mergingKeys(_ problems: inout [Diagnostic]) -> YAMLNode {
        switch kind {
        case .scalar: return self
        case .sequence(let elements):
            return YAMLNode(.sequence(elements.map { $0.mergingKeys(&problems) }), tag: tag, at: location)
        case .mapping(let pairs):
            var merged: [YAMLPair] = []
            var added: [YAMLPair] = []
            for pair in pairs {
                let value = pair.value.mergingKeys(&problems)
                if pair.keyIsPlain, pair.key == "<<" {
                    added += Self.pairs(mergedFrom: value, &problems)
                } else {
                    merged.append(
                        YAMLPair(
                            key: pair.key, keyIsPlain: pair.keyIsPlain, keyLocation: pair.keyLocation, value: value))
                }
            }
            var keys = Set(merged.map(\.key))
            merged += added.filter { keys.insert($0.key).inserted }
            return YAMLNode(.mapping(merged), tag: tag, at: location)
        }
    }

    private static func pairs(mergedFrom value: YAMLNode, _ problems: inout [Diagnostic]) -> [YAMLPair] {
        switch value.kind {
        case .mapping(let pairs): return pairs
        case .sequence(let elements) where elements.allSatisfy({ $0.mapping != nil }):
            return elements.flatMap { $0.mapping ?? [] }
        default:
            problems.append(.error("a merge key (`<<`) takes a mapping or a list of mappings", at: value.location))
            return []
        }
    }
}

extension Diagnostic {
    fileprivate static func ambiguous(
        _ text: String, core: JSONValue, other: String, at location: SourceLocation
    ) -> Diagnostic {
        let meaning = core.stringValue == nil ? "`\(core.text)`" : "text"
        let reading = other == "true" || other == "false" ? "`\(other)`" : other
        return .error(
            "`\(text)` is \(meaning) in YAML 1.2 and \(reading) in YAML 1.1", at: location,
            hint: reading.hasPrefix("`")
                ? "write `\"\(text)\"` for the text or \(reading) for the truth value"
                : "write `\"\(text)\"` for the text, or the number in plain digits")
    }
}
