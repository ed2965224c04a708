using System.Buffers;
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace SocketIoSharp.Transport.Epoll;

/// <summary>The features of a connection: its own, which it is itself, and the few that others add.</summary>
internal sealed partial class EpollConnection :
    IFeatureCollection,
    IConnectionIdFeature,
    IConnectionTransportFeature,
    IConnectionItemsFeature,
    IConnectionLifetimeFeature,
    IMemoryPoolFeature
{
    private static readonly Type[] s_own =
        [typeof(IConnectionIdFeature), typeof(IConnectionTransportFeature), typeof(IConnectionItemsFeature), typeof(IConnectionLifetimeFeature), typeof(IMemoryPoolFeature)];

    private KeyValuePair<Type, object?>[] _added = [];
    private int _addedCount;
    private int _revision;

    public MemoryPool<byte> MemoryPool { get; }

    bool IFeatureCollection.IsReadOnly => false;

    int IFeatureCollection.Revision => _revision;

    object? IFeatureCollection.this[Type key]
    {
        get => Find(key);
        set => Put(key, value);
    }

    [SuppressMessage("Naming", "CA1715", Justification = "The interface names it so.")]
    TFeature? IFeatureCollection.Get<TFeature>()
        where TFeature : default => (TFeature?)Find(typeof(TFeature));

    void IFeatureCollection.Set<TFeature>(TFeature? instance)
        where TFeature : default => Put(typeof(TFeature), instance);

    IEnumerator<KeyValuePair<Type, object>> IEnumerable<KeyValuePair<Type, object>>.GetEnumerator() => All().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => All().GetEnumerator();

    private object? Find(Type key)
    {
        var index = IndexOfAdded(key);
        return index >= 0 ? _added[index].Value : IsOwn(key) ? this : null;
    }

    private void Put(Type key, object? value)
    {
        _revision++;
        var index = IndexOfAdded(key);
        if (index < 0)
        {
            if (value is null && !IsOwn(key))
            {
                return;
            }

            if (_addedCount == _added.Length)
            {
                Array.Resize(ref _added, _addedCount == 0 ? 4 : _addedCount + 2);
            }

            index = _addedCount++;
        }

        // Nothing in the place of one of its own hides that.
        _added[index] = new(key, value);
    }

    private int IndexOfAdded(Type key)
    {
        for (var i = 0; i < _addedCount; i++)
        {
            if (_added[i].Key == key)
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsOwn(Type key) => Array.IndexOf(s_own, key) >= 0;

    private IEnumerable<KeyValuePair<Type, object>> All()
    {
        foreach (var key in s_own)
        {
            if (IndexOfAdded(key) < 0)
            {
                yield return new(key, this);
            }
        }

        for (var i = 0; i < _addedCount; i++)
        {
            if (_added[i].Value is { } value)
            {
                yield return new(_added[i].Key, value);
            }
        }
    }
}
