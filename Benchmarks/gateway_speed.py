"""What the provider gateway saves where a provider is big: AWS's, with an EKS cluster."""

import functools
import os
import shutil

from cloud import Cloud
from clusters import Clusters
from measurement import Limit, Measurement, alternate, duration, medians, megabytes, output, seconds
from processes import Marked
from projects import INIT, INIT_PLAN_AND_SHOW, PLAN, SHOW, in_each, shell


class GatewaySpeed:
    def __init__(self, bench, existing):
        self.bench = bench
        self.existing = existing

    @property
    def measurements(self):
        def row(key, ours, bare, measure, limit, unit=duration, share=1.0):
            return Measurement(key, "gateway", ours, bare, measure, limit, unit, share)

        three = "init, plan -out, show -json"
        return [
            row("eks_plan", "plan of an EKS stack", three, self.plan, Limit(ratio=1 / 12)),
            row("eks_plan_cold", "the same with empty caches", three, self.plan_cold, Limit(ratio=1.05)),
            row("eks_plan_alone", "plan of an EKS stack", "plan -out alone", self.plan_alone, Limit(ratio=1 / 10)),
            row("template_plan", "plan of the EKS template", three, self.template_plan,
                Limit(ratio=1 / 12, is_aim=True), share=0.6),
            row("eks_apply", "apply of its plan, without API", "apply, without the API", self.apply,
                Limit(ratio=1 / 6), share=0.6),
            row("gateway_plan", "gateway -- terraform plan", "terraform plan", self.gateway_plan,
                Limit(ratio=1 / 8)),
            row("plan_all_eks", "plan --all of 10 EKS stacks", f"xargs -P{os.cpu_count()}: init, plan, show",
                self.plan_all, Limit(ratio=1 / 8), share=0.6),
            row("memory", "peak memory of an EKS plan", three, self.memory,
                Limit(ratio=0.6, is_aim=True), megabytes),
        ]

    @functools.cache
    def plans(self, runs):
        """Three rows are about the same plans, so they are made once: ours warm, ours cold, the bare three commands.
        The columns are ours warm, ours cold, and the bare `init`, `plan` and `show` each."""
        cluster, environment = self.existing.stacks, self.existing.cloud.environment
        command = cluster.command("plan", *cluster.names)
        # With caches of its own, so that emptying them leaves the warm ones warm.
        cold = self.bench.scratch / "cold"
        shutil.copytree(cluster.root, cold, symlinks=True)
        cold_environment = environment | {"XDG_CACHE_HOME": str(self.bench.scratch / "cold-cache")}

        def run():
            warm = seconds(command, cluster.root, environment)
            folder = cluster.bare()
            bare = [seconds(shell(script), folder, environment) for script in (INIT, PLAN, SHOW)]
            for cache in (cold / ".stack" / "cache", self.bench.scratch / "cold-cache"):
                shutil.rmtree(cache, ignore_errors=True)
            return warm, seconds(command, cold, cold_environment), *bare

        return [run() for _ in range(runs)]

    def plan(self, runs):
        return medians([(warm, init + plan + show) for warm, _, init, plan, show in self.plans(runs)])

    def plan_cold(self, runs):
        return medians([(cold, init + plan + show) for _, cold, init, plan, show in self.plans(runs)])

    def plan_alone(self, runs):
        return medians([(warm, plan) for warm, _, _, plan, _ in self.plans(runs)])

    def template_plan(self, runs):
        cluster, environment = self.existing.of_template, self.existing.cloud.environment
        return alternate(
            lambda _: seconds(cluster.command("plan", *cluster.names), cluster.root, environment),
            lambda _: seconds(shell(INIT_PLAN_AND_SHOW), cluster.bare(), environment),
            runs,
        )

    def apply(self, runs):
        """Both make the same cluster in an empty account from a plan that is saved.

        Nearly all of the time goes into making it: moto's work, and the provider's pauses between two looks at what is
        being made (ten seconds for a VPC), which are the same for both. That time is from the first request that makes
        something to the end of the last request; what comes before it and after it is ours, or Terraform's. The shorter
        one of the two is taken from both, so that whatever either adds between two requests counts against it.
        """
        cloud = Cloud(self.bench, "apply-cloud")

        def timed(command, directory):
            cloud.reset()
            elapsed = seconds(command, directory, cloud.environment)
            actions = cloud.actions()
            making = max(done for _, done, _ in actions) - next(
                came for came, _, action in sorted(actions) if action.startswith("Create"))
            return elapsed, making

        def ours(run):
            cluster = Clusters(self.bench, cloud, f"apply-{run}")
            cluster.run("plan", *cluster.names)
            newest = cluster.run("runs", *cluster.names, "--limit", "1", "-o", "name").strip()
            return timed(cluster.command("apply", "--run", newest, "--auto-approve", "--new"), cluster.root)

        def bare(run):
            folder = Clusters(self.bench, cloud, f"apply-bare-{run}").initialised(with_state=False)
            output(shell(PLAN), folder, cloud.environment)
            return timed(["terraform", "apply", "-input=false", "plan"], folder)

        def run(number):
            (our_time, our_making), (bare_time, bare_making) = ours(number), bare(number)
            making = min(our_making, bare_making)
            return our_time - making, bare_time - making

        return medians([run(number) for number in range(runs)])

    def gateway_plan(self, runs):
        folder, environment = self.existing.stacks.initialised(), self.existing.cloud.environment
        bare = ["terraform", "plan", "-input=false"]
        ours = [self.bench.stack, "gateway", "--", *bare]
        # The second time is measured.
        output(ours, folder, environment)
        return alternate(
            lambda _: seconds(ours, folder, environment), lambda _: seconds(bare, folder, environment), runs
        )

    def plan_all(self, runs):
        clusters = Clusters(self.bench, self.existing.cloud, "fleet", count=10).create()
        environment = self.existing.cloud.environment
        clusters.run("plan", "--all")

        def bare(_):
            for name in clusters.names:
                clusters.bare(name)
            return seconds(in_each(clusters.names, script=INIT_PLAN_AND_SHOW), clusters.folders, environment)

        return alternate(
            lambda _: seconds(clusters.command("plan", "--all"), clusters.root, environment), bare, runs
        )

    def memory(self, runs):
        cluster, environment = self.existing.stacks, self.existing.cloud.environment
        return alternate(
            lambda _: Marked(cluster.command("plan", *cluster.names), cluster.root, environment).peak_memory(),
            lambda _: Marked(shell(INIT_PLAN_AND_SHOW), cluster.bare(), environment).peak_memory(),
            runs,
        )
