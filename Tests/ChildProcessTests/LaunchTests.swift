import ChildProcess
import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage
import Testing

@Suite struct LaunchTests {
    @Test func `a child gets exactly its environment`() async throws {
        let command = ChildCommand(.path("/usr/bin/env"), environment: ["B": "2", "A": "line\nbreak =x"])
        let output = try await collect(command)
        #expect(string(output.standardOutput).split(separator: "\n").sorted() == ["A=line", "B=2", "break =x"])
        #expect(output.exit == .exited(0))
    }

    @Test func `a child gets the descriptors 0, 1 and 2 only, whatever is open here`() async throws {
        let open = try (0..<5).map { _ in try FileDescriptor.open("/dev/null", .readOnly) }
        defer { for descriptor in open { try? descriptor.close() } }
        // 3 is the folder that ls itself reads.
        let output = try await collect(ChildCommand(.path("/bin/ls"), arguments: ["/proc/self/fd"], environment: [:]))
        #expect(string(output.standardOutput) == "0\n1\n2\n3\n")
    }

    @Test func `standard input is the null device`() async throws {
        let output = try await collect(
            ChildCommand(.path("/bin/readlink"), arguments: ["/proc/self/fd/0"], environment: [:]))
        #expect(string(output.standardOutput) == "/dev/null\n")
    }

    @Test func `a child leads a session and a group of its own, without a terminal`() async throws {
        let output = try await collect(
            shell("echo $$; ps -o sid=,pgid=,tty= -p $$; (exec 3</dev/tty) 2>/dev/null || echo no tty"))
        let lines = string(output.standardOutput).split(separator: "\n")
        let pid = try #require(lines.first)
        #expect(lines[1].split(separator: " ") == [pid, pid, "?"])
        #expect(lines[2] == "no tty")
    }

    @Test func `the working directory is the one asked for`() async throws {
        try await withTemporaryDirectory { directory in
            let output = try await collect(shell("pwd -P", in: directory))
            let resolved = try #require(realpath(directory.string, nil))
            defer { free(resolved) }
            #expect(string(output.standardOutput) == String(cString: resolved) + "\n")
        }
    }

    @Test func `a name is looked up in the PATH of the child's environment`() async throws {
        try await withTemporaryDirectory { directory in
            let program = directory.appending("greet")
            try Data("#!/bin/sh\necho hello $1\n".utf8).write(to: URL(filePath: program.string))
            chmod(program.string, 0o700)
            let output = try await collect(
                ChildCommand(.name("greet"), arguments: ["you"], environment: ["PATH": "relative::\(directory)"]))
            #expect(string(output.standardOutput) == "hello you\n")
        }
    }

    @Test func `a parent that ignores or blocks signals does not hand that down`() async throws {
        await #expect(processExitsWith: .success) {
            signal(SIGHUP, SIG_IGN)
            signal(SIGINT, SIG_IGN)
            var blocked = sigset_t()
            sigaddset(&blocked, SIGTERM)
            pthread_sigmask(SIG_BLOCK, &blocked, nil)
            let command = ChildCommand(
                .path("/bin/sed"), arguments: ["-nE", "s/^Sig(Blk|Ign):\\s*//p", "/proc/self/status"],
                environment: [:])
            let masks = string(try await collect(command).standardOutput).split(separator: "\n")
            // glibc keeps the first two real-time signals to itself.
            #expect(masks.map { UInt64($0, radix: 16).map { $0 & 0x7FFF_FFFF } } == [0, 0])
        }
    }

    @Test func `a program that is missing from PATH is named, with what to do`() async throws {
        let error = await #expect(throws: Diagnostic.self) {
            try await collect(ChildCommand(.name("terraform-absent"), environment: ["PATH": "/usr/bin"]))
        }
        #expect(error?.message == "`terraform-absent` was not found on PATH")
        #expect(error?.hint == "Install `terraform-absent`, or add its folder to PATH")
    }

    @Test(arguments: [
        (ChildCommand(.name("sh"), environment: [:]), "`sh` was not found, because PATH is not set"),
        (ChildCommand(.path("/etc/passwd"), environment: [:]), "`/etc/passwd` is not an executable file"),
        (
            ChildCommand(.path("/bin/sh"), environment: [:], workingDirectory: "/absent"),
            "`sh` cannot run in `/absent`, which is not a directory"
        ),
        (
            ChildCommand(.path("/bin/sh"), arguments: ["-c", "a\0b"], environment: [:]),
            "Argument 2 of `sh` holds a NUL character, which no argument can"
        ),
        (
            ChildCommand(.path("/bin/sh"), environment: ["TOKEN": "s3cret\0"]),
            "The value of the environment variable `TOKEN` holds a NUL character, which no value can"
        ),
        (
            ChildCommand(.path("/bin/sh"), environment: ["A=B": ""]),
            "`A=B` cannot be the name of an environment variable"
        ),
    ])
    func `what cannot be started is refused with its reason`(command: ChildCommand, message: String) async {
        let error = await #expect(throws: Diagnostic.self) { try await collect(command) }
        #expect(error?.message == message)
    }

    @Test func `what the kernel refuses to start is reported with its reason`() async throws {
        try await withTemporaryDirectory { directory in
            let program = directory.appending("broken")
            try Data("\u{7F}ELF".utf8).write(to: URL(filePath: program.string))
            chmod(program.string, 0o700)
            // "Text file busy" while another test's child still holds the descriptor that wrote it, before its exec.
            try await eventually {
                do {
                    _ = try await collect(ChildCommand(.path(program), environment: [:]))
                    return false
                } catch let error as Diagnostic {
                    return error.message == "`broken` could not be started: Exec format error"
                }
            }
        }
    }
}

@Suite struct DescriptorTests {
    @Test func `nothing stays open, whether a child ends, cannot be started or is stopped`() async throws {
        try await withTemporaryDirectory { directory in
            let broken = directory.appending("broken")
            try Data("\u{7F}ELF".utf8).write(to: URL(filePath: broken.string))
            chmod(broken.string, 0o700)
            await #expect(processExitsWith: .success) { [path = directory.string as String] in
                let log = FilePath(path).appending("log")
                func open() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
                func useAll(_ command: ChildCommand) async {
                    _ = try? await collect(command, outputLimit: 1, timeout: .seconds(5), standardInput: Data(count: 9))
                    _ = try? await streamLines(command) { _ in }
                    _ = try? await startDetached(command, output: log).exit()
                    _ = try? await runToFile(
                        command, output: log, interrupts: AsyncStream { $0.finish() },
                        onStart: { _ in })
                    _ = try? await runToFile(
                        command, output: "/absent/log", interrupts: AsyncStream { $0.finish() }, onStart: { _ in })
                }
                // The library opens what it keeps at its first use.
                await useAll(shell("true"))
                let before = try open()
                for _ in 0..<5 {
                    await useAll(shell("true"))
                    await useAll(shell("echo too much for collect"))
                    await useAll(ChildCommand(.path(FilePath(path).appending("broken")), environment: [:]))
                }
                #expect(try open() == before)
            }
        }
    }
}

@Suite struct FindExecutableTests {
    @Test func `the first executable regular file of that name wins`() async throws {
        try await withTemporaryDirectory { directory in
            for (folder, permissions) in [("a", 0o600), ("b", 0o700), ("c", 0o700)] as [(String, mode_t)] {
                let path = directory.appending(folder)
                try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: false)
                try Data().write(to: URL(filePath: path.appending("tool").string))
                chmod(path.appending("tool").string, permissions)
            }
            let folders = ["a", "b", "c"].map { directory.appending($0).string }
            let found = findExecutable("tool", searchPath: folders.joined(separator: ":"))
            #expect(found == directory.appending("b").appending("tool"))
            // A folder is executable too, and no program.
            #expect(findExecutable("a", searchPath: directory.string) == nil)
        }
    }

    @Test(arguments: ["", ".", "..", "bin/sh", "/bin/sh"])
    func `what is no plain name finds nothing`(name: String) {
        #expect(findExecutable(name, searchPath: "/:/bin:/usr/bin") == nil)
    }

    @Test func `no search path finds nothing`() {
        #expect(findExecutable("sh", searchPath: nil) == nil)
    }
}
