"""AWS's API on loopback, and what the real provider needs to use it."""

import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from xml.etree import ElementTree

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"
REGION = "eu-west-1"


class Cloud:
    """`scripts/moto-server`, until the bench is over. `delays` says which actions are answered so many seconds after
    they were done."""

    def __init__(self, bench, name, delays=None):
        self.log = bench.scratch / f"{name}.requests"
        options = [word for action, time in (delays or {}).items() for word in ("--delay", f"{action}={time}")]
        python = subprocess.run([SCRIPTS / "test-environment"], check=True, stdout=subprocess.PIPE, text=True).stdout
        self.server = subprocess.Popen(
            [python.strip(), SCRIPTS / "moto-server", "--log", self.log, *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        )
        bench.at_end.callback(self.end)
        port = self.server.stdout.readline().strip()
        if not port:
            sys.exit("bench: scripts/moto-server did not start")
        self.endpoint = f"http://127.0.0.1:{port}"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
        self.environment |= {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-bench",
            "AWS_EC2_METADATA_DISABLED": "true",
            "TF_CLI_CONFIG_FILE": cli_configuration(bench.scratch),
            # Neither ours nor the bare Terraform asks whether there is a newer one.
            "CHECKPOINT_DISABLE": "1",
            "XDG_CACHE_HOME": str(bench.scratch / "cache"),
        }

    def end(self):
        self.server.terminate()
        self.server.wait()

    def reset(self):
        """Empties the account."""
        urllib.request.urlopen(urllib.request.Request(f"{self.endpoint}/moto-api/reset", method="POST")).close()
        os.truncate(self.log, 0)

    def actions(self):
        """What was done since the last reset, in the order of its end: when it came, when it was done, its name."""
        fields = (line.split() for line in self.log.read_text().splitlines())
        return [(float(came), float(done), action) for came, done, action in fields]

    def internet_gateways(self):
        """The ids of those that the account holds, whoever knows of them, asked of the API itself."""
        # By the credential's scope moto finds the service; it checks no signature.
        scope = f"Credential=test/20260101/{REGION}/ec2/aws4_request, SignedHeaders=host, Signature=none"
        question = urllib.request.Request(
            self.endpoint,
            data=b"Action=DescribeInternetGateways&Version=2016-11-15",
            headers={"Authorization": f"AWS4-HMAC-SHA256 {scope}"},
        )
        with urllib.request.urlopen(question) as answer:
            return {element.text for element in ElementTree.parse(answer).findall(".//{*}internetGatewayId")}


def cli_configuration(scratch):
    """Where the provider comes from: the mirror that the tests use too; without one Terraform looks into its own mirror
    directories, then asks the registry."""
    found = subprocess.run([SCRIPTS / "find-provider-mirror"], check=False, stdout=subprocess.PIPE, text=True)
    mirror = found.stdout.strip()
    path = scratch / "terraform.rc"
    installation = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
    path.write_text(installation if mirror else "")
    return str(path)
