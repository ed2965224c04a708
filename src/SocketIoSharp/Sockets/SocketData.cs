using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace SocketIoSharp;

/// <summary>Values that the application keeps with a socket. Safe to use from any thread.</summary>
/// <remarks>Node: <c>socket.data</c>. Other servers of the cluster receive the values as JSON and read them with <see cref="Get"/>.</remarks>
public sealed class SocketData : IEnumerable<KeyValuePair<string, object?>>
{
    private ConcurrentDictionary<string, object?>? _values;

    /// <summary>How many values there are.</summary>
    public int Count => _values?.Count ?? 0;

    /// <summary>A value; null when there is none. Setting it to null keeps the name with a null.</summary>
    /// <param name="name">The name.</param>
    public object? this[string name]
    {
        get => _values is { } values && values.TryGetValue(name, out var value) ? value : null;
        set => Values[name] = value;
    }

    private ConcurrentDictionary<string, object?> Values
        => _values ?? Interlocked.CompareExchange(ref _values, new(concurrencyLevel: 1, capacity: 3, StringComparer.Ordinal), null) ?? _values;

    /// <summary>Reads a value at a type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="name">The name.</param>
    /// <returns>The value; default when there is none.</returns>
    /// <exception cref="InvalidCastException">The value is of another type.</exception>
    public T? Get<T>(string name) => TryGet<T>(name, out var value) ? value : default;

    /// <summary>Reads a value that must be there.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="name">The name.</param>
    /// <returns>The value.</returns>
    /// <exception cref="KeyNotFoundException">There is no such value, or it is null.</exception>
    public T GetRequired<T>(string name)
        => TryGet<T>(name, out var value) && value is not null ? value : throw new KeyNotFoundException($"The socket has no value named \"{name}\".");

    /// <summary>Looks for a value.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet<T>(string name, [MaybeNullWhen(false)] out T value)
    {
        if (_values is not { } values || !values.TryGetValue(name, out var found))
        {
            value = default;
            return false;
        }

        value = found switch
        {
            T typed => typed,
            null => default!,
            EventArgument json => json.Get<T>(),
            _ => throw new InvalidCastException($"The value \"{name}\" is a {found.GetType()}, not a {typeof(T)}."),
        };
        return true;
    }

    /// <summary>Sets a value.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    public void Set(string name, object? value) => Values[name] = value;

    /// <summary>Removes a value.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name) => _values is { } values && values.TryRemove(name, out _);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        => (_values ?? Enumerable.Empty<KeyValuePair<string, object?>>()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
