using System.Globalization;
using System.Numerics;
using System.Text;
using Newtonsoft.Json;

namespace SocketIoSharp;

/// <summary>Writes values as JavaScript does where Newtonsoft.Json does not, and puts binary values beside the JSON.</summary>
internal sealed class ArgumentJsonWriter(TextWriter text, ArgumentWriter output) : JsonTextWriter(text)
{
    private readonly TextWriter _text = text;

    public void WriteBinary(ReadOnlyMemory<byte> data)
        => WriteRawValue(string.Create(CultureInfo.InvariantCulture, $"{{\"_placeholder\":true,\"num\":{output.AddAttachment(data)}}}"));

    public void WriteArgument(EventArgument argument)
    {
        var copy = ArgumentWriter.Rent();
        BinaryPlaceholders.Copy(argument.Utf8Json.Span, argument.Attachments, copy, output.AddAttachment);
        WriteRawValue(Encoding.UTF8.GetString(copy.Written));
        copy.Return();
    }

    public override void WriteValue(byte[]? value)
    {
        if (value is null)
        {
            WriteNull();
        }
        else
        {
            WriteBinary(value);
        }
    }

    public override void WriteValue(double value) => WriteNumber(value, base.WriteValue);

    public override void WriteValue(double? value)
    {
        if (value is { } number)
        {
            WriteValue(number);
        }
        else
        {
            WriteNull();
        }
    }

    public override void WriteValue(float value) => WriteNumber(value, base.WriteValue);

    public override void WriteValue(float? value)
    {
        if (value is { } number)
        {
            WriteValue(number);
        }
        else
        {
            WriteNull();
        }
    }

    public override void WriteValue(decimal value) => WriteRawValue(value.ToString(CultureInfo.InvariantCulture));

    public override void WriteValue(DateTime value)
    {
        MarkDate();
        base.WriteValue(value);
    }

    public override void WriteValue(DateTimeOffset value)
    {
        MarkDate();
        base.WriteValue(value);
    }

    private void WriteNumber<T>(T value, Action<T> writeByItsName)
        where T : struct, IFloatingPointIeee754<T>
    {
        if (!T.IsFinite(value) && FloatFormatHandling != FloatFormatHandling.DefaultValue)
        {
            writeByItsName(value);
            return;
        }

        Span<byte> number = stackalloc byte[JavaScriptNumber.MaxLength];
        WriteRawValue(Encoding.ASCII.GetString(number[..JavaScriptNumber.Format(number, value)]));
    }

    // Only where the text that follows is a date in the form that every reader knows, and where it begins is certain.
    private void MarkDate()
    {
        if (DateFormatHandling == DateFormatHandling.IsoDateFormat && DateFormatString is null && Formatting == Formatting.None)
        {
            _text.Flush();
            output.MarkDate(output.Length);
        }
    }
}
