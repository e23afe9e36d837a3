import FoundationEssentials
import JSON
import Testing

@testable import Fleet

struct ClusterRecordTests {
    @Test func `a record survives being written and read`() throws {
        let record = try #require(map(eksOutputs).records.first)
        #expect(try ClusterRecord(parsing: record.encoded()) == record)
    }

    @Test func `what every run writes anew is no change`() {
        let old = sampleRecord()
        var new = old
        new.run = "20261122-000000-aaaa"
        new.stateSerial = 8
        new.observedAt = sampleDate + 3600
        new.conditions[0].since = sampleDate + 3600
        #expect(new.changes(since: old).isEmpty)
        #expect(new.following(old).conditions == old.conditions)
    }

    @Test func `changes are told field by field`() {
        let old = sampleRecord()
        var new = old
        new.version = "1.32"
        new.endpoint = nil
        new.tags = ["env": "prod"]
        new.metadata = ["vpc": ["id": "v"]]
        new.nodePools = [.init(name: "a", count: 2)]
        #expect(
            new.changes(since: old) == [
                .init(field: "endpoint", old: "https://ABCDEF.gr7.eu-west-1.eks.amazonaws.com", new: nil),
                .init(field: "metadata.vpc", old: nil, new: ["id": "v"]),
                .init(field: "nodePools", old: [], new: [["name": "a", "count": 2]]),
                .init(field: "tags.env", old: nil, new: "prod"),
                .init(field: "version", old: nil, new: "1.32"),
            ])
    }

    @Test func `a cluster that is gone says since when and why, once`() {
        let record = sampleRecord()
        let gone = record.gone(.destroyed, run: "r2", at: sampleDate + 60)
        #expect(!record.isGone)
        #expect(gone.isGone)
        #expect(gone.run == "r2")
        #expect(gone.endpoint == record.endpoint)
        #expect(gone.conditions == [.init(kind: .present, isMet: false, reason: .destroyed, since: sampleDate + 60)])
        #expect(gone.changes(since: record).map(\.field) == ["conditions"])
        #expect(gone.gone(.destroyed, run: "r3", at: sampleDate + 120).conditions == gone.conditions)
    }

    @Test func `the export is an array in the order of handles`() throws {
        let data = try clustersJSON([sampleRecord("b"), sampleRecord("a")])
        let records = try #require(try JSONValue(parsing: data).arrayValue)
        #expect(records.map { $0["handle"] } == ["a", "b"])
        #expect(records[0]["observedAt"] == "2026-11-21T09:30:12Z")
        #expect(records[0]["authentication"]?["kind"] == "eks")
        #expect(try clustersJSON([]) == Data("[\n\n]\n".utf8))
    }
}
