// swift-tools-version: 6.2
import PackageDescription

/// One module of ours. Which may import which is the table in `Sources/README.md`; `make lint` checks it.
func module(_ name: String, _ modules: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: ["Diagnostics", .systemPackage] + modules, resources: resources)
}

/// The unit tests of one module; `excluding` names the files that they read.
func tests(of name: String, _ modules: [Target.Dependency] = [], excluding: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name), "Diagnostics", .systemPackage] + modules,
        exclude: excluding)
}

extension Target.Dependency {
    /// Paths and file descriptors; every module may import it.
    static let systemPackage: Self = .product(name: "SystemPackage", package: "swift-system")
}

let package = Package(
    name: "stack",
    products: [.executable(name: "stack", targets: ["stack"])],
    dependencies: [
        // The command tree, help and shell completions.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // HTTP/2 on UNIX sockets, for the provider gateway.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        // HTTPS for what is fetched, with proxies; TLS's certificates of one's own.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
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
        .executableTarget(
            name: "stack",
            dependencies: ["Commands", .product(name: "UnixSignals", package: "swift-service-lifecycle")]),
        module(
            "Commands",
            [
                "Runs", "Reports", "Changes", "StackGraph", "Workspaces", "Fleet", "ProviderGateway", "Templates",
                "StateStore",
                "Terraform", "Plans", "Records", "Definitions",
                "ModuleInterface", "SourceControl", "SourceTree", "Archive", "Cryptography", "ChildProcess", "Secrets",
                "YAML",
                "Files", "JSON", "Terminal", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        module(
            "Runs",
            [
                "StackGraph", "Workspaces", "Fleet", "ProviderGateway", "Templates", "StateStore", "Terraform", "Plans",
                "Records", "Definitions", "ModuleInterface", "SourceControl", "SourceTree", "Cryptography",
                "ChildProcess",
                "Secrets",
                "Files", "JSON",
            ]),
        module(
            "ProviderGateway",
            [
                "ModuleInterface", "SourceTree", "Archive", "Cryptography", "ChildProcess", "Files", "JSON",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
            ]),
        module("Reports", ["JSON"]),
        module(
            "Changes",
            ["Templates", "Definitions", "SourceTree"]),
        module("StackGraph", ["Definitions"]),
        module("Fleet", ["Definitions", "Plans", "YAML", "Records", "JSON"]),
        module(
            "Workspaces",
            [
                "Templates", "ModuleInterface", "Terraform", "SourceTree", "Archive", "Cryptography", "ChildProcess",
                "Files", "JSON",
            ]),
        module("StateStore", ["Plans", "Records", "Files", "JSON"]),
        module("Terraform", ["ModuleInterface", "ChildProcess", "Files", "JSON"]),
        module("Plans", ["Secrets", "JSON"]),
        module(
            "Records",
            ["Cryptography", "Archive", "Files", "JSON", "CPostgres", .product(name: "GRDB", package: "GRDB.swift")],
            resources: [.embedInCode("Migrations")]),
        module(
            "Templates",
            [
                "Definitions", "ModuleInterface", "Liquid", "YAML", "SourceControl", "SourceTree", "HTTPFetch",
                "Archive",
                "Cryptography", "Files", "JSON",
            ]),
        module("ModuleInterface", ["SourceTree", "JSON"]),
        module("Definitions", ["YAML", "SourceTree", "Files", "JSON"]),
        module("SourceControl", ["SourceTree", "ChildProcess", "Cryptography", "Files"]),
        module("SourceTree"),
        module("ChildProcess", ["CLinux", .product(name: "Subprocess", package: "swift-subprocess")]),
        module("Secrets", ["JSON"]),
        module("Cryptography", ["Files", .product(name: "Crypto", package: "swift-crypto")]),
        module("Archive", ["Files", "CArchive"]),
        module(
            "HTTPFetch",
            [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        module("YAML", ["CYAML", "JSON"]),
        module("Liquid", ["JSON"]),
        module("Terminal"),
        module("Files"),
        .target(name: "JSON", dependencies: ["Diagnostics"]),
        .target(name: "Diagnostics"),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CPostgres", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),

        // A project in a temporary folder, the built program, processes, terminals and a PostgreSQL: for the tests that run
        // it whole.
        // And files in memory, for those that only read them.
        .target(
            name: "TestSupport", dependencies: ["SourceTree", "JSON", "Diagnostics", "CLinux"],
            path: "Tests/TestSupport"),
        .testTarget(name: "TestSupportTests", dependencies: ["TestSupport"]),
        // A fresh database of either engine.
        .target(
            name: "RecordsTestSupport",
            dependencies: [
                "Records", "Cryptography", "TestSupport", .systemPackage, .product(name: "GRDB", package: "GRDB.swift"),
            ], path: "Tests/RecordsTestSupport"),
        // Runs that are broken in every way there is, and what comes of them.
        .target(
            name: "FaultMatrix", dependencies: ["TestSupport", "JSON"], path: "Tests/FaultMatrix"),
        // Workers that want the locks of one server, and a checker of what they were given.
        .target(
            name: "LockHistory", dependencies: ["Records", "RecordsTestSupport", "TestSupport"],
            path: "Tests/LockHistory"),
        .testTarget(name: "LockHistoryTests", dependencies: ["LockHistory"]),
        .executableTarget(
            name: "lock-worker",
            dependencies: ["LockHistory", "Records", "Cryptography", "TestSupport", "JSON", "Diagnostics"],
            path: "Tests/LockWorker"),
        // What the matrix has to notice.
        .executableTarget(
            name: "stack-without-taking-in", dependencies: ["Commands", "StateStore"],
            path: "Tests/StackWithoutTakingIn"),
        // Times single transactions, for `make bench`.
        .executableTarget(
            name: "records-speed", dependencies: ["Records", "Cryptography", "JSON", "Diagnostics", .systemPackage],
            path: "Benchmarks/RecordsSpeed"),
        .testTarget(name: "EndToEndTests", dependencies: ["TestSupport", "JSON"]),
        // What runs must not share or show: environment, secrets, states, workspaces.
        .testTarget(name: "IsolationTests", dependencies: ["TestSupport", "JSON"]),
        // Names, files and a Terraform that mean no good.
        .testTarget(name: "HostileInputTests", dependencies: ["TestSupport", "JSON"]),
        // Minutes, or the cloud's API: `make acceptance`.
        .testTarget(
            name: "AcceptanceTests",
            dependencies: [
                "FaultMatrix", "stack-without-taking-in", "LockHistory", "lock-worker", "TestSupport", "JSON",
            ],
            exclude: ["Cloud/describe-cloud", "Cloud/delete-subnet", "Cloud/rename-vpc"]),
        // Long repetitions: `make soak`.
        .testTarget(
            name: "SoakTests", dependencies: ["FaultMatrix", "LockHistory", "lock-worker", "TestSupport", "JSON"]),
        tests(
            of: "Runs",
            [
                "Workspaces", "Fleet", "StateStore", "Records", "Definitions", "SourceTree", "Terraform",
                "Cryptography",
                "ChildProcess", "Files", "JSON", "Secrets", "TestSupport",
            ]),
        tests(
            of: "Workspaces",
            [
                "Terraform", "Templates", "ModuleInterface", "SourceTree", "Cryptography", "ChildProcess", "Files",
                "JSON", "TestSupport",
            ]),
        tests(of: "ProviderGateway", ["ModuleInterface", "Cryptography", "Files", "TestSupport"]),
        tests(
            of: "Templates", ["Archive", "Definitions", "ModuleInterface", "YAML", "SourceTree", "JSON", "TestSupport"]),
        tests(of: "StateStore", ["Records", "Files", "JSON", "RecordsTestSupport", "TestSupport"]),
        tests(of: "Records", ["Cryptography", "JSON", "RecordsTestSupport", "TestSupport"]),
        tests(of: "SourceControl", ["SourceTree", "TestSupport"]),
        tests(of: "Files"),
        tests(of: "Reports", ["ChildProcess", "JSON", "TestSupport"]),
        tests(of: "Plans", ["Secrets", "JSON"], excluding: ["Fixtures", "Scenarios", "record-fixtures"]),
        tests(of: "Secrets", ["JSON"]),
        tests(of: "Changes", ["Templates", "Definitions", "SourceTree", "TestSupport"]),
        tests(of: "StackGraph", ["Definitions", "TestSupport"]),
        tests(of: "Definitions", ["YAML", "SourceTree", "Files", "JSON", "TestSupport"]),
        tests(of: "YAML", ["JSON"]),
        tests(of: "Liquid", ["JSON"]),
        tests(of: "SourceTree", ["TestSupport"]),
        tests(of: "ChildProcess"),
        tests(of: "Cryptography"),
        tests(of: "Archive", ["ChildProcess"]),
        tests(of: "HTTPFetch", ["TestSupport"], excluding: ["server.py"]),
        tests(of: "Fleet", ["ChildProcess", "JSON"]),
        tests(of: "Terminal"),
        tests(of: "ModuleInterface", ["SourceTree", "JSON", "TestSupport"], excluding: ["Fixtures"]),
        tests(of: "Terraform", ["ModuleInterface", "JSON"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON"]),
        .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"]),
        .testTarget(name: "DocumentationTests", dependencies: ["ChildProcess", .systemPackage]),
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
