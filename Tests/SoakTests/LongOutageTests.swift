import JSON
import TestSupport
import Testing

/// A database that an apply does not reach for longer than its lock is held without a word.
@Suite struct LongOutageTests {
    @Test func `an apply that cannot be heard of for more than a minute keeps its lock, goes on and is recorded`()
        async throws
    {
        let server = try await PostgresServer.shared()
        try await withDatabase { database in
            try await withPostgresProxy(to: server.port) { proxy in
                let key = String(repeating: "A", count: 43) + "="
                let environment = ["STACK_DATABASE_URL": proxy.url(database), "STACK_ENCRYPTION_KEY": key]
                try await withProject(environment: environment) { project in
                    try writeGated(project)
                    let apply = try project.start("apply", "dev", "--new", "--auto-approve")
                    try await eventually("the apply stands still") { project.exists("\(project.scratch)/reached") }
                    let run = try await project.newestRun()
                    await proxy.refuse(true)
                    await proxy.cutAll()

                    // The same project by another way.
                    let direct = ["STACK_DATABASE_URL": database]
                    try await eventually("its time is over", within: .seconds(90)) {
                        let locks = try await project.stack("state", "locks", "-o", "json", environment: direct).json
                        #expect(locks.arrayValue?.map { $0["run"]?.stringValue } == [run], "\(locks.text)")
                        return locks.arrayValue?.first?["expired"] == true
                    }
                    let second = try await project.stack(
                        "apply", "dev", "--new", "--auto-approve", environment: direct)
                    #expect(second.exitCode == 75, "\(second.description)")
                    #expect(second.stderr.contains("the stack `dev` is locked by run `\(run)` since"))

                    try project.write("", to: "\(project.scratch)/go")
                    try await eventually("Terraform comes to its end") { project.exists("\(project.scratch)/ended") }
                    await proxy.refuse(false)
                    let result = try await apply.result()
                    #expect(result.exitCode == 0, "\(result.description)")
                    #expect(result.stderr.contains("The run goes on without it"), "\(result.description)")
                    #expect(!result.stderr.contains("nterrupt"), "\(result.description)")
                    #expect(try await project.status(of: run) == "succeeded")
                    #expect(try await project.addresses(of: "dev").count == 2)
                    #expect(try await project.stack("state", "locks", "-o", "json").json == [])
                }
            }
        }
    }

    private func writeGated(_ project: TestProject) throws {
        try project.write(
            """
            resource "terraform_data" "held" {
              provisioner "local-exec" {
                command     = "touch reached; until test -e go; do sleep 0.05; done"
                working_dir = "\(project.scratch)"
              }
            }

            resource "terraform_data" "last" {
              input = terraform_data.held.id
              provisioner "local-exec" {
                command     = "touch ended"
                working_dir = "\(project.scratch)"
              }
            }
            """, to: "modules/app/main.tf")
        try project.writeStack("dev")
    }
}
