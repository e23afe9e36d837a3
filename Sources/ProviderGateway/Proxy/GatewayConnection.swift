import Diagnostics
import NIOCore
import NIOHPACK
import NIOHTTP2

/// One connection of Terraform, which is to it one process of the provider.
struct GatewayConnection: Sendable {
    let provider: ServedProvider
    let number: Int

    /// Answers calls until the connection is closed.
    func serve(_ streams: HTTP2.Streams) async {
        await withDiscardingTaskGroup { group in
            do {
                // What goes wrong with one call is told to Terraform as far as it can be.
                for try await stream in streams.inbound { group.addTask { try? await serve(stream) } }
            } catch {
                // The connection is broken, which ends it as well.
            }
        }
        await provider.processes.close(number)
    }

    private func serve(_ stream: CallStream) async throws {
        try await stream.executeThenClose { inbound, outbound in
            var request = CallRequest(inbound)
            guard let path = try await request.begin() else { return }
            try await self.answer(path, &request, CallAnswer(outbound), stream)
            // To close it any earlier would cut off what has not gone out yet.
            try await request.untilClosed()
        }
    }

    private func answer(
        _ path: String, _ request: inout CallRequest, _ answer: CallAnswer, _ stream: CallStream
    ) async throws {
        switch ProviderCall(path: path, protocolVersion: provider.protocolVersion) {
        case .held:
            try await answer.begin()
        case .unknown:
            try await answer.fail(.unimplemented, "The provider gateway does not know \(path)")
        case .schema:
            try await request.collect()
            do {
                try await answer.send(framed: try await provider.schemaAnswer())
            } catch {
                try await answer.fail(.unavailable, "There is no schema: \(firstMessage(of: error))")
            }
        case .stop:
            guard await provider.processes.passesStop(of: number) else {
                try await request.collect()
                return try await answer.send([])
            }
            try await pass(&request, stream, answer)
        case .validateConfiguration:
            try await validate(&request, stream, answer)
        case .configure:
            try await pass(&request, stream, answer, configures: true)
        case .other:
            try await pass(&request, stream, answer)
        }
    }

    private func validate(_ request: inout CallRequest, _ stream: CallStream, _ answer: CallAnswer) async throws {
        try await request.collect()
        let validation = GRPCMessage.only(in: request.body).map(provider.validation)
        if let validation, provider.cache.isKnownValid(validation) {
            return try await answer.send(validation.pureYes)
        }
        let response = try await pass(&request, stream, answer)
        if let validation, response?.message == validation.pureYes { provider.cache.rememberValid(validation) }
    }

    /// Hands a call over to the connection's process, and the answer back.
    ///
    /// - Returns: the answer, its body as far as it is no longer than the request's; nil when there was none.
    @discardableResult
    private func pass(
        _ request: inout CallRequest, _ stream: CallStream, _ answer: CallAnswer, configures: Bool = false
    ) async throws -> ProviderAnswer? {
        do {
            let process = try await provider.processes.begin(for: number, configures: configures)
            do {
                let response = try await relay(&request, stream, answer, to: process)
                await provider.processes.end(for: number)
                return response
            } catch {
                await provider.processes.end(for: number)
                throw error
            }
        } catch {
            // Nobody waits for the answer to a call that Terraform has cancelled.
            guard stream.channel.isActive else { return nil }
            provider.report(.unanswered(request.path, of: provider.installed.address, error))
            try await answer.fail(.unavailable, "The provider is gone: \(error)")
            return nil
        }
    }

    private func relay(
        _ request: inout CallRequest, _ stream: CallStream, _ answer: CallAnswer, to process: ProviderProcess
    ) async throws -> ProviderAnswer {
        let call = try await process.openStream()
        // Terraform may cancel a call at any time.
        stream.channel.closeFuture.whenComplete { _ in call.channel.close(promise: nil) }
        let limit = request.body.count
        return try await call.executeThenClose { inbound, outbound in
            async let response = receive(inbound, ProviderAnswer(keeping: limit), answer, from: call)
            do {
                while let frame = try await request.next() { try await outbound.write(frame) }
            } catch {
                // A provider may answer before it has read all, and read no further. What it says, or that it says
                // nothing, is the answer.
            }
            return try await response
        }
    }

    /// Hands the answer back as it comes.
    private func receive(
        _ inbound: NIOAsyncChannelInboundStream<HTTP2Frame.FramePayload>, _ response: ProviderAnswer,
        _ answer: CallAnswer, from call: CallStream
    ) async throws -> ProviderAnswer {
        var response = response
        for try await frame in inbound where frame.isPartOfCall {
            response.add(frame)
            try await answer.pass(frame)
            guard !response.hasEnded else {
                // Nobody reads what may still be on its way to the provider.
                call.channel.close(promise: nil)
                return response
            }
        }
        throw ChannelError.eof
    }
}
