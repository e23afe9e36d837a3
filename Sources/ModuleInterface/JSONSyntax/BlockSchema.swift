/// Which members of a JSON object are blocks, and how many labels stand between the type and the content.
///
/// JSON does not tell arguments from blocks, so the reader has to know. Only the blocks whose content is read are
/// named: everything else can stay an argument, whose expression is searched all the same.
/// Source of the format: https://developer.hashicorp.com/terraform/language/syntax/json
struct BlockSchema: Sendable {
    let labels: Int
    let nested: [String: BlockSchema]

    init(labels: Int = 0, nested: [String: BlockSchema] = [:]) {
        self.labels = labels
        self.nested = nested
    }

    /// A file of a module.
    static let module: [String: BlockSchema] = [
        "terraform": BlockSchema(nested: [
            "required_providers": BlockSchema(),
            "backend": BlockSchema(labels: 1),
            "cloud": BlockSchema(),
        ]),
        "locals": BlockSchema(),
        "variable": BlockSchema(labels: 1),
        "output": BlockSchema(labels: 1),
        "module": BlockSchema(labels: 1),
        "provider": BlockSchema(labels: 1),
        "resource": BlockSchema(labels: 2),
        "data": BlockSchema(labels: 2),
        "ephemeral": BlockSchema(labels: 2),
    ]
}
