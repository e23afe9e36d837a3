// swift-tools-version: 6.2
import PackageDescription

/// One module of ours: `Sources/NAME`, and `Tests/NAMETests` where it has unit tests.
/// What each may import is the table in `Sources/README.md`; `make lint` checks it.
func module(_ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: ["Diagnostics", .systemPackage] + dependencies, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.init(stringLiteral: name), "Diagnostics", "TestSupport", .systemPackage] + dependencies,
        exclude: resources.isEmpty ? [] : ["Fixtures"]
    )
}

extension Target.Dependency {
    /// Paths and file descriptors; every module may import it.
    static let systemPackage: Self = .product(name: "SystemPackage", package: "swift-system")
}

let package = Package(
    name: "stack",
    dependencies: [
        // The command tree, help and shell completions.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // Digests and AES-256-GCM.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // Paths and file descriptors.
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        // SQLite.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // Signals as a sequence (product UnixSignals).
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // Child processes; without its Foundation extensions.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .target(name: "Diagnostics"),
        .target(name: "JSON", dependencies: ["Diagnostics"]),
        .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .treatAllWarnings(as: .error),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .enableUpcomingFeature("InferIsolatedConformances"),
        ]
}
