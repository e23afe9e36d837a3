import Diagnostics
import Foundation
import ModuleInterface
import Testing

@Suite struct LockFileTests {
    @Test func `providers are read with their hashes`() throws {
        let text = """
            # This file is maintained automatically by "terraform init".

            provider "registry.terraform.io/hashicorp/null" {
              version = "3.2.0"
              hashes = [
                "h1:a=",
              ]
            }

            provider "registry.terraform.io/hashicorp/aws" {
              version     = "5.100.0"
              constraints = "~> 5.0, >= 5.40.0"
              hashes = [
                "h1:Ijt7pOlB7Tr7maGQIqtsLFbl7pSMIj06TVdkoSBcYOw=",
                "zh:054b8dd49f0549c9a7cc27d159e45327b7b65cf404da5e5a20da154b90b8a644",
              ]
            }
            """
        let lock = try LockFile(parsing: Data(text.utf8))
        #expect(lock.providers.map(\.address).map { $0.split(separator: "/").last } == ["aws", "null"])
        #expect(lock.providers.map(\.version) == ["5.100.0", "3.2.0"])
        #expect(lock.providers.map(\.constraints) == ["~> 5.0, >= 5.40.0", nil])
        #expect(lock.providers.map(\.hashes.count) == [2, 1])
    }

    @Test(arguments: [
        (
            "provider \"a\" {}",
            ".terraform.lock.hcl:1:1: error: a `provider` of a lock file has an address and a `version`"
        ),
        (
            "provider \"a\" {\n version = \"1\"\n}\nprovider \"a\" {\n version = \"1\"\n}",
            ".terraform.lock.hcl:4:1: error: provider `a` is locked twice"
        ),
        ("<<<<<<< HEAD", ".terraform.lock.hcl:1:1: error: an argument or a block begins with its name"),
    ])
    func `a lock file that cannot be read says why`(text: String, expected: String) {
        let error = #expect(throws: Diagnostic.self) { try LockFile(parsing: Data(text.utf8)) }
        #expect(error?.description == expected)
    }
}
