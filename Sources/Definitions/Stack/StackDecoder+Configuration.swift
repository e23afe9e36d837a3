import Diagnostics
import YAML

extension StackDecoder {
    func decodeConfiguration(_ fields: MappingReader?) -> StackConfiguration {
        let version = fields?.field("version").flatMap(decodeTerraformVersion)
        let workspace = group == .fleet ? fields?.field("workspace")?.nonEmptyString() : nil
        checkHooks(fields?.field("hooks"))
        let terraform = fields?.field("terraform")?.fields()
        let configuration = StackConfiguration(
            version: version,
            workspace: workspace?.value ?? "default",
            parallelism: terraform?.field("parallelism")?.integer(in: 1...1_000),
            refresh: terraform?.field("refresh")?.boolean(),
            approveEmpty: terraform?.field("approveEmpty")?.boolean(),
            tofu: terraform?.field("tofu")?.boolean() ?? false)
        if group == .plural {
            if let terraform { noteServerFields(PluralServerFields.terraform, in: terraform) }
            if let fields { noteServerFields(PluralServerFields.configuration, in: fields) }
        }
        terraform?.finish()
        fields?.finish { name in
            PluralServerFields.configuration[name].map { "in Plural's group it has no effect here, because \($0)" }
        }
        return configuration
    }

    private func decodeTerraformVersion(_ field: FieldValue) -> Located<String>? {
        group == .fleet ? field.versionConstraint()?.map(\.text) : field.nonEmptyString()
    }

    private enum Stage: String, CaseIterable {
        case initialise = "INIT"
        case plan = "PLAN"
        case verify = "VERIFY"
        case apply = "APPLY"
        case destroy = "DESTROY"
    }

    private func checkHooks(_ field: FieldValue?) {
        for element in field?.elements() ?? [] {
            guard let fields = element.fields() else { continue }
            _ = fields.requiredField("cmd")?.nonEmptyString()
            _ = fields.field("args")?.elements()?.map { $0.string() }
            _ = fields.requiredField("afterStage")?.choice(Stage.self)
            fields.finish()
        }
    }

    private enum Tool: String, CaseIterable {
        case terraform = "TERRAFORM"
        case custom = "CUSTOM"
        case terragrunt = "TERRAGRUNT"
        case pulumi = "PULUMI"
        case ansible = "ANSIBLE"
    }

    /// Fields that are checked and leave no trace in the definition: those that another decoder has used already
    /// (`extends`), those without an engine, and those without effect.
    func readCommonFields(_ spec: MappingReader) {
        readTool(group == .fleet ? spec.field("type") : spec.requiredField("type"))
        _ = spec.field("stackDefinitionRef").flatMap(decodeReference)
        if let policyEngine = spec.field("policyEngine"), policyEngine.node.mapping == nil {
            policyEngine.mustBe("a mapping")
        }
        if group == .fleet {
            _ = spec.field("extends")
            _ = spec.field("policies")?.elements()
            if let clusters = spec.field("clusters"), clusters.node.mapping == nil { clusters.mustBe("a mapping") }
            _ = spec.field("identity")
        }
        readSchedule(spec)
    }

    private func readTool(_ field: FieldValue?) {
        guard let field, let tool = field.choice(Tool.self) else { return }
        switch tool {
        case .terraform, .custom: break
        case .terragrunt, .pulumi, .ansible:
            problems.error(
                "`spec.type` `\(tool.rawValue)` cannot be run", at: field.location, hint: "only `TERRAFORM` is")
        }
    }

    private func readSchedule(_ spec: MappingReader) {
        let reason = "a run begins when somebody asks for it"
        if let interval = spec.field("interval") {
            if let text = interval.nonEmptyString(), !Schedule.isDuration(text.value) {
                interval.mustBe("a duration like `5m` or `1h30m`")
            }
            problems.hasNoEffect("`spec.interval`", because: reason, at: interval.keyLocation)
        }
        guard let cron = spec.field("cron") else { return }
        problems.hasNoEffect("`spec.cron`", because: reason, at: cron.keyLocation)
        guard let fields = cron.fields() else { return }
        if let crontab = fields.requiredField("crontab"), let text = crontab.nonEmptyString(),
            !Schedule.isCrontab(text.value)
        {
            crontab.mustBe("five fields like `0 3 * * 1`")
        }
        _ = fields.field("autoApprove")?.boolean()
        _ = fields.field("trackRef")?.boolean()
        _ = fields.field("overrides")?.entries()
        fields.finish()
    }
}
