using System.Collections.Concurrent;

namespace SocketIoSharp.Transport.Epoll;

/// <summary>Blocks that nobody uses. A thread keeps some for itself, because it mostly gives back what it has taken just before.</summary>
internal static class BlockPool
{
    private const int MostPerThread = 16;
    private const int MostShared = 1024;

    [ThreadStatic]
    private static Stack<Block>? t_small;

    private static readonly ConcurrentQueue<Block> s_small = new();
    private static readonly ConcurrentQueue<Block> s_large = new();
    private static int s_smallCount;
    private static int s_largeCount;

    public static Block Rent(int size)
    {
        if (size <= Block.SmallSize)
        {
            if (t_small is { Count: > 0 } own)
            {
                return own.Pop();
            }

            return Take(s_small, ref s_smallCount) ?? new Block(Block.SmallSize);
        }

        return size <= Block.LargeSize ? Take(s_large, ref s_largeCount) ?? new Block(Block.LargeSize) : new Block(size);
    }

    /// <summary>Takes a block back; its user must not touch it any more.</summary>
    public static void Return(Block block)
    {
        block.Clear();
        if (block.Size == Block.SmallSize)
        {
            var own = t_small ??= new Stack<Block>(MostPerThread);
            if (own.Count < MostPerThread)
            {
                own.Push(block);
            }
            else
            {
                Keep(s_small, ref s_smallCount, MostShared, block);
            }
        }
        else if (block.Size == Block.LargeSize)
        {
            Keep(s_large, ref s_largeCount, MostShared * Block.SmallSize / Block.LargeSize, block);
        }
    }

    private static Block? Take(ConcurrentQueue<Block> queue, ref int count)
    {
        if (!queue.TryDequeue(out var block))
        {
            return null;
        }

        Interlocked.Decrement(ref count);
        return block;
    }

    /// <summary>What is too much is the collector's.</summary>
    private static void Keep(ConcurrentQueue<Block> queue, ref int count, int most, Block block)
    {
        if (Volatile.Read(ref count) < most)
        {
            Interlocked.Increment(ref count);
            queue.Enqueue(block);
        }
    }
}
