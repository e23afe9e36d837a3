package import Foundation

/// A secret that a test puts somewhere, to look for it everywhere else.
package struct Canary: Sendable {
    package let name: String
    package let value: String
    /// Random parts of the value that nobody else has.
    private let cores: [String]

    /// - Parameter form: the value around random parts, each of which it asks for; what stands around them is to be
    ///   written otherwise in JSON, in a URL and in a shell.
    package init(_ name: String, form: (_ core: () -> String) -> String) {
        var cores: [String] = []
        self.name = name
        value = form {
            cores.append(UUID().uuidString)
            return cores[cores.count - 1]
        }
        self.cores = cores
    }

    /// Every text that gives it away. The random parts look alike in JSON, in a shell and in most URLs, and are found in
    /// the Base64 of whatever text holds them.
    var forms: [(name: String, bytes: Data)] {
        cores.flatMap { core in
            [
                ("", core), (" in a URL", core.replacing("-", with: "%2D")),
                (" in a URL", core.replacing("-", with: "%2d")),
            ]
            .map { ("\(name)\($0.0)", Data($0.1.utf8)) }
                + (0..<3).map { ("\(name) in base64", base64(of: core, after: $0)) }
                + [("\(name) in hexadecimal", Data(core.utf8.map { String(format: "%02x", $0) }.joined().utf8))]
        }
    }

    /// The digits that depend on nothing but the text, where so many bytes stand before it in its group of three.
    private func base64(of text: String, after count: Int) -> Data {
        let digits = (Data(repeating: 0, count: count) + Data(text.utf8)).base64EncodedData()
        return digits.dropFirst((count * 8 + 5) / 6).prefix(((count + text.utf8.count) * 8 / 6) - (count * 8 + 5) / 6)
    }
}

/// The canaries that some of the texts give away, each as a sentence; none when all is well.
package func leaks(of canaries: [Canary], in texts: [(place: String, data: Data)]) -> [String] {
    canaries.flatMap(\.forms).flatMap { form in
        texts.filter { $0.data.range(of: form.bytes) != nil }.map { "\(form.name) is in \($0.place)" }
    }
}

/// Everything that a project keeps, by its name.
package func files(_ project: TestProject) -> [(place: String, data: Data)] {
    project.files(below: ".stack").map { name in
        (".stack/\(name)", FileManager.default.contents(atPath: project.path(".stack/\(name)")) ?? Data())
    }
}

/// Everything that commands have written, by the command.
package func outputs(_ results: [CommandResult]) -> [(place: String, data: Data)] {
    results.map { ("the output of `\($0.command)`", Data(($0.stdout + $0.stderr).utf8)) }
}
