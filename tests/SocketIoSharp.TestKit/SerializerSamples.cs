namespace SocketIoSharp.TestKit;

public enum Colour
{
    Red,
    Green,
}

public sealed record Person(string Name, int Age, Colour Colour);

public sealed class Note
{
    public string Text { get; set; } = "none";
}

public class Animal
{
    public string? Name { get; set; }
}

public sealed class Dog : Animal
{
    public int Tricks { get; set; }
}

public class Parcel
{
    public virtual string? Name { get; set; }

    public byte[]? Data { get; set; }

    public List<ReadOnlyMemory<byte>> Parts { get; set; } = [];

    public int Number { get; set; }

    public Parcel? Inner { get; set; }
}

/// <summary>Cannot be written.</summary>
public sealed class Unwritable : Parcel
{
    public override string? Name
    {
        get => throw new InvalidOperationException("This cannot be read.");
        set => base.Name = value;
    }
}

public sealed class Envelope
{
    public EventArgument? Content { get; set; }
}

/// <summary>Takes no negative value.</summary>
public sealed class Strict
{
    private int _value;

    public int Value
    {
        get => _value;
        set => _value = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Too small.");
    }
}

/// <summary>Runs code in the middle of being written.</summary>
public sealed class Chatty
{
    public byte[]? Before { get; set; }

    public string Middle
    {
        get
        {
            WhenRead?.Invoke();
            return "here";
        }
    }

    public byte[]? After { get; set; }

    internal Action? WhenRead { get; set; }
}
