// Types of every shape, to see what the printer makes of them. Nobody calls their members.
#pragma warning disable IDE0040, CA1068, CA1812, CA1823, CA1051, CA1044, CA1040, CA1041, CA1045, CA1003, CA1707, CS0067, CS0169, CA1008, CA1028, CA1034, MA0046, MA0053, MA0070, MA0036, MA0018, CA1000, CA1052, CA1711, CA1024
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace SocketIoSharp.PublicApi.Tests.Samples;

public interface ISample<in TIn, out TOut>
    where TOut : notnull
{
    int Number { get; }

    TOut Convert(TIn value);

    string Greet() => "hello";

    static abstract void Map();
}

public abstract class Sample<T> : IDisposable
    where T : class, new()
{
    public const int Limit = 3;

    protected Sample(string name) => Name = name;

    public event EventHandler? Changed;

    public required string Name { get; init; }

    public int? Count { get; protected set; }

    public Dictionary<string, string?>? Map { get; set; }

    internal int Hidden { get; set; }

    public string this[int index] => Name;

    [OverloadResolutionPriority(1)]
    public Task SendAsync(string name, object? value) => Task.CompletedTask;

    public Task SendAsync(string name, params ReadOnlySpan<object?> values) => Task.CompletedTask;

    [Obsolete("Use Send")]
    public virtual bool TryGet(string key, out T? value, CancellationToken token = default, DayOfWeek day = DayOfWeek.Friday, string text = "a")
    {
        value = null;
        return false;
    }

    public TResult? Read<TResult>(in int place, TResult other) => default;

    public override string ToString() => Name;

    public void Dispose() => GC.SuppressFinalize(this);

    protected abstract void OnChanged(byte[]? bytes, (int A, string B) pair);

    private protected void Unseen() => Changed?.Invoke(this, EventArgs.Empty);
}

[Experimental("SIO001")]
public static class SampleExtensions
{
    public static int Twice(this int number) => number * 2;
}

[Flags]
public enum SampleFlags : byte
{
    None = 0,
    One = 1,
}

public readonly record struct SamplePair(int Left, string? Right);

public sealed record SampleRecord(int Left);

public delegate Task<string?> SampleHandler<T>(T value, string? reason = null);
