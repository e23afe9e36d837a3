import NIOHPACK

extension HPACKHeaders {
    /// How long all names and values may be together. A frame holds 16,384 bytes, and the code in which headers are written
    /// makes some characters, a backslash say, 19 bits long.
    private static let room = 6 << 10

    /// What tells how a call went.
    private static let status: Set = [":status", "content-type", "grpc-encoding", "grpc-status", "grpc-message"]

    /// The same headers, but for an answer's that could be too long for one frame: of these only what tells how the call
    /// went, with the beginning of its message. NIO writes headers in one frame whatever their length, and Terraform waits
    /// for ever at one that is too long.
    var fittingOneFrame: HPACKHeaders {
        guard reduce(0, { $0 + $1.name.utf8.count + $1.value.utf8.count }) > Self.room else { return self }
        return HPACKHeaders(
            filter { Self.status.contains($0.name) }.map { name, value, _ in
                (name, name == "grpc-message" ? GRPCMessage.shortened(value, to: Self.room) : value)
            })
    }
}
