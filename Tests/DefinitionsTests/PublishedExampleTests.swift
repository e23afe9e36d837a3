import Diagnostics
import Testing

@testable import Definitions

/// A whole project as users write it: a base, an overlay, a template, a pool, a stack to depend on.
struct PublishedExampleTests {
    @Test func `a complete project has nothing to complain about`() throws {
        let loaded = load([
            "templates/eks-cluster/template.yaml": """
            apiVersion: stacks.fleet/v1alpha1
            kind: StackTemplate
            metadata: {name: eks-cluster}
            spec:
              version: 1.4.0
              documentation: An EKS cluster with one managed node group.
              parameters:
              - {name: region, type: ENUM, values: [us-east-1, eu-west-1], documentation: AWS region}
              - {name: kubernetes_version, type: STRING, default: "1.32", validation: {regex: '^1\\.\\d+$'}}
              - {name: profile, type: ENUM, values: [minimal, standard], default: standard}
              - {name: node_count, type: INT, default: 3, condition: {field: profile, operation: NOT, value: minimal}}
              - {name: node_version, type: STRING, optional: true}
              defaults: {tags: {managed-by: stack}}
              cluster:
                provider: aws
                distribution: eks
                outputs: {name: cluster_name, endpoint: cluster_endpoint, version: cluster_version}
              upgrade: {controlPlaneVariable: kubernetes_version, nodesVariable: node_version}
              scaffold:
              - {source: scaffold/stack.yaml.liquid, destination: "stacks/{{ context.name }}.yaml"}
            """,
            "templates/eks-cluster/scaffold/stack.yaml.liquid": "",
            "stacks/base/eks.yaml": """
            apiVersion: stacks.fleet/v1alpha1
            kind: InfrastructureStack
            spec: {template: {name: eks-cluster, version: ~> 1.4}, approval: false}
            """,
            "stacks/prod-eu.yaml": """
            apiVersion: stacks.fleet/v1alpha1
            kind: InfrastructureStack
            metadata:
              name: prod-eu
              labels: {env: prod, region: eu-west-1}
            spec:
              extends: [base/eks.yaml]
              variables: {region: eu-west-1, kubernetes_version: "1.32", node_count: 6}
              inputs: [{variable: vpc_id, from: {stack: network-eu, output: vpc_id}}]
              approval: true
              protect: true
              cluster: {handle: prod-eu, pool: production-cp}
            ---
            apiVersion: stacks.fleet/v1alpha1
            kind: ClusterPool
            metadata: {name: production-cp}
            spec: {clusters: [prod-eu], contract: {metadataBucket: s3://prod-meta}}
            """,
            "stacks/network.yaml": stack("network-eu", "workdir: envs/dev\nconfiguration: {version: '>= 1.5'}"),
        ])
        #expect(loaded.lines == [])
        let prod = try #require(loaded.project.stack(named: "prod-eu"))
        #expect(prod.approval && prod.protect)
        #expect(prod.cluster?.pool?.value == "production-cp")
        #expect(prod.withoutEngine.map(\.value) == [])
        #expect(loaded.project.stack(named: "network-eu")?.workdir == "envs/dev")
        #expect(try LabelSelector("env=prod,region in (eu-west-1)").matches(prod.labels))
    }
}
