using System.Text.Json;

namespace SocketIoSharp;

/// <summary>
/// What the converters need to know of the call that they work for. It belongs to the thread for as long as the call lasts, and
/// is put back afterwards to what it was: the application's own code, which converters run, may serialize another value meanwhile.
/// </summary>
internal struct ArgumentScope
{
    [ThreadStatic]
    private static ArgumentScope t_current;

    private ArgumentWriter? _output;
    private Utf8JsonWriter? _writer;
    private IReadOnlyList<ReadOnlyMemory<byte>>? _attachments;

    /// <summary>Where binary values go; <see langword="null"/> when none can be sent.</summary>
    public static ArgumentWriter? Output => t_current._output;

    /// <summary>The binary values that came with what is read.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Attachments => t_current._attachments ?? [];

    /// <summary>Begins to write.</summary>
    /// <returns>What must be restored.</returns>
    public static ArgumentScope Begin(ArgumentWriter output, Utf8JsonWriter? writer)
        => Replace(new ArgumentScope { _output = output, _writer = writer });

    /// <summary>Begins to read.</summary>
    /// <returns>What must be restored.</returns>
    public static ArgumentScope Begin(IReadOnlyList<ReadOnlyMemory<byte>> attachments)
        => Replace(new ArgumentScope { _attachments = attachments });

    /// <summary>Ends what has begun.</summary>
    /// <param name="outer">What was before.</param>
    public static void Restore(in ArgumentScope outer) => t_current = outer;

    /// <summary>A date is about to be written.</summary>
    public static void MarkDate(Utf8JsonWriter writer)
    {
        // Elsewhere, or among line breaks, the place where the text begins is not known.
        if (ReferenceEquals(writer, t_current._writer) && !writer.Options.Indented)
        {
            var output = t_current._output!;
            output.MarkDate(output.Length + writer.BytesPending);
        }
    }

    private static ArgumentScope Replace(ArgumentScope scope)
    {
        var outer = t_current;
        t_current = scope;
        return outer;
    }
}
