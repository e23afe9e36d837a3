"""The side of a plugin in https://github.com/hashicorp/go-plugin: how Terraform finds its provider, and ends it."""

import base64
import datetime
import os
import queue
import signal
import sys
import tempfile
import threading
from concurrent import futures

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

messages, services = grpc.protos_and_services("goplugin.proto")


class Stdio(services.GRPCStdioServicer):
    """What the provider prints: it waits when nobody reads, as one in Go does."""

    def __init__(self):
        self.lines = queue.Queue(maxsize=16)

    def StreamStdio(self, request, context):
        while context.is_active():
            try:
                yield messages.StdioData(channel=messages.StdioData.STDOUT, data=self.lines.get(timeout=0.2))
            except queue.Empty:
                pass


stdio = Stdio()


class Controller(services.GRPCControllerServicer):
    def __init__(self):
        self.ended = threading.Event()

    def Shutdown(self, request, context):
        self.ended.set()
        return messages.Empty()


def serve(version, register, interceptors=()):
    """Serves what `register` adds to the server, until Terraform says that it needs it no more. When Terraform is gone
    it ends at once, in the middle of whatever it does, as a provider in Go does when it writes to its log then.

    The connection is encrypted when Terraform wants it, but Terraform is not asked for its certificate: that has a key
    on the curve P-521, which gRPC's TLS library does not take. Nobody else can open the socket."""
    if "TF_PLUGIN_MAGIC_COOKIE" not in os.environ:
        sys.exit("This is a provider of the tests; Terraform starts it.")
    terraform = os.getppid()
    # Terraform decides what an interrupt means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=32), interceptors=interceptors)
    controller = Controller()
    services.add_GRPCControllerServicer_to_server(controller, server)
    services.add_GRPCStdioServicer_to_server(stdio, server)
    register(server)
    with tempfile.TemporaryDirectory() as folder:
        socket = folder + "/plugin"
        encoded = ""
        if "PLUGIN_CLIENT_CERT" in os.environ:
            key, certificate = make_certificate()
            server.add_secure_port("unix:" + socket, grpc.ssl_server_credentials([(key, pem(certificate))]))
            encoded = base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode().rstrip("=")
        else:
            server.add_insecure_port("unix:" + socket)
        server.start()
        print(f"1|{version}|unix|{socket}|grpc|{encoded}", flush=True)
        while not controller.ended.wait(0.2):
            if os.getppid() != terraform:
                os._exit(1)
        server.stop(grace=1).wait()


def make_certificate():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, certificate


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)
