import Testing

@testable import ProviderGateway

@Suite struct SchemaTests {
    /// A provider, two resources, two data sources, a function, an ephemeral resource, capabilities, and a field that
    /// nobody knows yet.
    static let example: [UInt8] =
        Message.bytes(1, Message.number(1, 3))
        + Message.schema(2, "aws_vpc", Array("vpc".utf8)) + Message.schema(2, "aws_subnet", Array("subnet".utf8))
        + Message.schema(3, "aws_vpc", Array("data of vpc".utf8)) + Message.schema(3, "aws_ami", [])
        + Message.bytes(6, Message.number(1, 1) + Message.number(2, 1))
        + Message.schema(7, "arn_parse", Array("function".utf8))
        + Message.schema(8, "aws_secret", Array("ephemeral".utf8))
        + Message.schema(9, "aws_vpc_list", Array("list".utf8))

    @Test func `only what is named is left, and everything else stays as it is`() throws {
        let schema = try #require(ProviderSchema(Self.example))
        #expect(
            schema.cut(to: ["aws_vpc", "resource", "arn_parse"])
                == Message.bytes(1, Message.number(1, 3))
                + Message.schema(2, "aws_vpc", Array("vpc".utf8))
                + Message.schema(3, "aws_vpc", Array("data of vpc".utf8))
                + Message.bytes(6, Message.number(1, 1) + Message.number(2, 1))
                + Message.schema(7, "arn_parse", Array("function".utf8))
                + Message.schema(9, "aws_vpc_list", Array("list".utf8)))
    }

    @Test func `with all names nothing is cut`() throws {
        let schema = try #require(ProviderSchema(Self.example))
        let all: Set = ["aws_vpc", "aws_subnet", "aws_ami", "arn_parse", "aws_secret"]
        #expect(schema.cut(to: all) == Self.example)
    }

    @Test func `a name that the text could hold in pieces is always kept`() throws {
        let bytes = Message.schema(2, "my-provider_thing", [])
        #expect(ProviderSchema(bytes)?.cut(to: []) == bytes)
    }

    @Test(arguments: [
        Message.number(2, 1), Message.bytes(2, [0x0a]), Message.bytes(2, Message.bytes(2, [])),
        Message.bytes(2, Message.bytes(1, [0xff])),
    ])
    func `an entry that cannot be read is not cut around`(bytes: [UInt8]) {
        #expect(ProviderSchema(bytes)?.cut(to: []) == nil)
    }

    @Test(
        arguments: [
            (["aws_vpc", "aws_ami", "aws_secret"], false), (["aws_vpcs"], true), (["aws_vpc", "aws_subnt"], true),
            (["azurerm_subnet", "awsome_vpc", "aws"], true), (["azurerm_subnet", "awsome_vpc", "arn_pars"], false),
            ([], false),
        ] as [(Set<String>, Bool)])
    func `a type that has the name of the provider and no schema is one that the provider lacks`(
        types: Set<String>, isLacking: Bool
    ) throws {
        #expect(try #require(ProviderSchema(Self.example)).lacks(anyOf: types) == isLacking)
    }

    @Test func `the capabilities and diagnostics of a provider are read`() {
        #expect(ProviderSchema(Self.example)?.isOptional == true)
        #expect(ProviderSchema(Message.bytes(6, Message.number(1, 1)))?.isOptional == false)
        #expect(ProviderSchema(Message.bytes(6, Message.number(2, 0)))?.isOptional == false)
        #expect(ProviderSchema([])?.isOptional == false)
        #expect(ProviderSchema(Self.example)?.hasDiagnostics == false)
        #expect(ProviderSchema(Message.bytes(4, []))?.hasDiagnostics == true)
    }

    @Test func `names are found in configurations, in JSON and in states`() {
        var names: Set<String> = []
        IdentifierScanner.add(Array(#"resource "aws_vpc" "a" { x = aws_subnet.b[0].id }"#.utf8), to: &names)
        IdentifierScanner.add(Array(#"{"type":"aws_eip","x":"provider::aws::arn_parse(é"}"#.utf8), to: &names)
        for name in ["aws_vpc", "aws_subnet", "aws_eip", "arn_parse", "resource", "0"] {
            #expect(names.contains(name), "\(name)")
        }
        #expect(!names.contains(""))
    }
}
