import Terraform
import Testing

@Suite struct CommandTests {
    @Test func `version`() {
        #expect(VersionCommand().arguments == ["version", "-json"])
    }

    @Test func `init with defaults`() {
        #expect(InitCommand().arguments == ["init", "-input=false", "-no-color"])
    }

    @Test func `init with everything set`() {
        #expect(
            InitCommand(lockFile: .readOnly).arguments
                == ["init", "-input=false", "-no-color", "-lockfile=readonly"])
    }

    @Test func `plan with defaults`() {
        #expect(
            PlanCommand(planFile: "stack.tfplan").arguments
                == ["plan", "-json", "-input=false", "-detailed-exitcode", "-out=stack.tfplan"])
    }

    @Test func `plan with everything set`() {
        let command = PlanCommand(
            planFile: "a b.tfplan", variableFile: "stack.tfvars.json", mode: .destroy,
            targets: ["module.a[\"x y\"].b.c", "d.e"], replacements: ["f.g[0]"], refreshes: false, parallelism: 20)
        #expect(
            command.arguments == [
                "plan", "-json", "-input=false", "-detailed-exitcode", "-out=a b.tfplan",
                "-var-file=stack.tfvars.json", "-destroy", "-target=module.a[\"x y\"].b.c", "-target=d.e",
                "-replace=f.g[0]", "-refresh=false", "-parallelism=20",
            ])
    }

    @Test func `a refresh-only plan`() {
        #expect(PlanCommand(planFile: "p", mode: .refreshOnly).arguments.last == "-refresh-only")
    }

    @Test func `show`() {
        #expect(ShowCommand(planFile: "stack.tfplan").arguments == ["show", "-json", "stack.tfplan"])
    }

    @Test(arguments: ["vpc-1", "-state-out=elsewhere", ""])
    func `import takes address and id as they are, whatever they begin with`(id: String) {
        let command = ImportCommand(address: "-x[\"it's\"]", id: id, variableFile: "../stack.tfvars.json")
        #expect(
            command.arguments == [
                "import", "-input=false", "-no-color", "-backup=-", "-var-file=../stack.tfvars.json", "--",
                "-x[\"it's\"]", id,
            ])
    }

    @Test func `apply with defaults`() {
        #expect(
            ApplyCommand(planFile: "stack.tfplan").arguments
                == ["apply", "-json", "-input=false", "-backup=-", "stack.tfplan"])
    }

    @Test func `apply with everything set`() {
        let command = ApplyCommand(planFile: "stack.tfplan", variableFile: "ephemeral.tfvars.json", parallelism: 3)
        #expect(
            command.arguments == [
                "apply", "-json", "-input=false", "-backup=-", "-var-file=ephemeral.tfvars.json", "-parallelism=3",
                "stack.tfplan",
            ])
    }

    @Test(
        arguments: [
            (0, PlanOutcome.noChanges), (1, .failed), (2, .changes), (3, .failed), (127, .failed), (-1, .failed),
        ] as [(Int32, PlanOutcome)])
    func `the exit code of a plan says what it found`(code: Int32, expected: PlanOutcome) {
        #expect(PlanOutcome(exitCode: code) == expected)
    }
}
