import Diagnostics
import StackGraph
import Testing

@Suite struct GraphDrawingTests {
    private let graph: StackGraph

    init() throws {
        graph = try StackGraph(
            names: ["app", "cluster", "database", "network", "other"],
            edges: [
                edge("cluster", "network", ["subnet_ids", "vpc_id"]), edge("database", "network", ["vpc_id"]),
                edge("app", "cluster", ["endpoint"]), edge("app", "database"),
            ])
    }

    private var all: GraphDrawing { GraphDrawing(of: Set(graph.names), in: graph) }

    @Test func `the text is an order of work, with what each takes`() {
        #expect(
            all.text.map(\.text) == [
                "1  network",
                "   other",
                "2  cluster   needs network (subnet_ids, vpc_id)",
                "   database  needs network (vpc_id)",
                "3  app       needs cluster (endpoint)",
                "                   database",
            ])
    }

    @Test func `Mermaid has ids of our own, quoted names and outputs on the arrows`() {
        #expect(
            all.mermaid == """
                flowchart LR
                    s1["network"]
                    s2["other"]
                    s3["cluster"]
                    s4["database"]
                    s5["app"]
                    s1 -->|"subnet_ids, vpc_id"| s3
                    s1 -->|"vpc_id"| s4
                    s3 -->|"endpoint"| s5
                    s4 --> s5

                """)
    }

    @Test func `DOT has quoted names and outputs on the arrows, one a line`() {
        #expect(
            all.dot == #"""
                digraph stacks {
                  rankdir = LR;
                  node [shape = box, fontname = "sans-serif"];
                  edge [fontname = "sans-serif"];
                  "network";
                  "other";
                  "cluster";
                  "database";
                  "app";
                  "network" -> "cluster" [label = "subnet_ids\nvpc_id"];
                  "network" -> "database" [label = "vpc_id"];
                  "cluster" -> "app" [label = "endpoint"];
                  "database" -> "app";
                }

                """#)
    }

    @Test func `what was not chosen and is needed is drawn dashed, and is no line of the text`() {
        let drawing = GraphDrawing(of: ["database"], in: graph)
        #expect(drawing.text.map(\.text) == ["2  database  needs network (vpc_id)"])
        #expect(
            drawing.mermaid == """
                flowchart LR
                    s1["network"]
                    s2["database"]
                    s1 -->|"vpc_id"| s2
                    classDef needed stroke-dasharray: 5 5
                    class s1 needed

                """)
        #expect(drawing.dot.contains("  \"network\" [style = dashed];\n  \"database\";\n"))
    }

    @Test func `no name or output can leave its quotes`() throws {
        let name = "a\"]\\;`<b>#&\n\u{1B}\u{202E}é"
        let hostile = GraphDrawing(
            of: [name, "x"], in: try StackGraph(names: [name, "x"], edges: [edge("x", name, [name])]))
        let mermaid = "\"a#34;#93;#92;#59;#96;#60;b#62;#35;#38;#65533;#65533;#65533;é\""
        #expect(
            hostile.mermaid == "flowchart LR\n    s1[\(mermaid)]\n    s2[\"x\"]\n    s1 -->|\(mermaid)| s2\n")
        let dot = "\"a\\\"]\\\\;`<b>#&\u{FFFD}\u{FFFD}\u{FFFD}é\""
        #expect(
            hostile.dot.hasSuffix("  \(dot);\n  \"x\";\n  \(dot) -> \"x\" [label = \(dot)];\n}\n"), "\(hostile.dot)")
    }

    @Test func `no stacks give no text, and empty drawings`() {
        let nothing = GraphDrawing(of: [], in: graph)
        #expect(nothing.text == [])
        #expect(nothing.mermaid == "flowchart LR\n")
    }
}
