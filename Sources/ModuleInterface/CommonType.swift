import JSON

/// Whether Terraform finds one type for all elements of a collection of `any`.
///
/// Numbers and booleans become strings beside a string, and only there. Objects with the same attributes are compared
/// attribute by attribute; others become maps, whose values have to have a common type. Lists go the same way, by their
/// lengths. What a null means among objects or lists differs from one kind of collection to the next; it is left to
/// Terraform.
func haveCommonType(_ elements: [JSONValue]) -> Bool {
    let elements = elements.filter { !$0.isNull }
    let objects = elements.compactMap(\.objectValue)
    let lists = elements.compactMap(\.arrayValue)
    if !objects.isEmpty {
        return objects.count == elements.count && haveCommonType(objects: objects)
    }
    if !lists.isEmpty {
        return lists.count == elements.count && haveCommonType(lists: lists)
    }
    let hasString = elements.contains { $0.stringValue != nil }
    let hasNumber = elements.contains { $0.numberValue != nil }
    let hasBoolean = elements.contains { $0.boolValue != nil }
    return hasString || !(hasNumber && hasBoolean)
}

private func haveCommonType(objects: [[String: JSONValue]]) -> Bool {
    guard let names = objects.first?.keys, objects.allSatisfy({ $0.keys == names }) else {
        return haveCommonType(objects.flatMap(\.values))
    }
    return names.allSatisfy { name in haveCommonType(objects.compactMap { $0[name] }) }
}

private func haveCommonType(lists: [[JSONValue]]) -> Bool {
    guard let count = lists.first?.count, lists.allSatisfy({ $0.count == count }) else {
        return haveCommonType(lists.flatMap { $0 })
    }
    return (0..<count).allSatisfy { index in haveCommonType(lists.map { $0[index] }) }
}
