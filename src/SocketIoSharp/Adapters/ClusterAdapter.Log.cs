using Microsoft.Extensions.Logging;

namespace SocketIoSharp;

/// <summary>What the base of cluster adapters logs.</summary>
public abstract partial class ClusterAdapter
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A message ({Type}) to the other servers of {Namespace} was not sent; they do not have it. So far {Count} since the last such line.", EventName = nameof(PublishFailed))]
        public static partial void PublishFailed(ILogger logger, Exception exception, ClusterMessageType type, string @namespace, long count);

        [LoggerMessage(2, LogLevel.Warning, "A message ({Type}) of another server of {Namespace} is not valid and was dropped; {Count} since the last line.", EventName = nameof(InvalidMessage))]
        public static partial void InvalidMessage(ILogger logger, ClusterMessageType type, string @namespace, long count);

        [LoggerMessage(3, LogLevel.Debug, "A message ({Type}) for another namespace than {Namespace} was ignored.", EventName = nameof(OtherNamespace))]
        public static partial void OtherNamespace(ILogger logger, ClusterMessageType type, string @namespace);

        [LoggerMessage(4, LogLevel.Error, "Handling a message ({Type}) of server {Uid} in {Namespace} failed.", EventName = nameof(MessageFailed))]
        public static partial void MessageFailed(ILogger logger, Exception exception, ClusterMessageType type, string uid, string @namespace);

        [LoggerMessage(5, LogLevel.Debug, "An answer ({Type}) of server {Uid} was not expected, or came too late.", EventName = nameof(UnexpectedResponse))]
        public static partial void UnexpectedResponse(ILogger logger, ClusterMessageType type, string uid);

        [LoggerMessage(6, LogLevel.Warning, "{Count} events of other servers wait for answers of clients already; one more, of server {Uid} in {Namespace}, was dropped; {Dropped} since the last line.", EventName = nameof(TooManyServed))]
        public static partial void TooManyServed(ILogger logger, int count, string uid, string @namespace, long dropped);

        [LoggerMessage(8, LogLevel.Warning, "The servers of {Namespace} could not be counted again; requests wait for their whole time.", EventName = nameof(RecountFailed))]
        public static partial void RecountFailed(ILogger logger, Exception exception, string @namespace);

        [LoggerMessage(7, LogLevel.Warning, "The value \"{Name}\" in the data of socket {SocketId} cannot be written as JSON; other servers do not see it.", EventName = nameof(DataNotWritten))]
        public static partial void DataNotWritten(ILogger logger, Exception exception, string name, string socketId);
    }
}
