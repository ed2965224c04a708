using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SocketIoSharp.EngineIO;

namespace SocketIoSharp.PublicApi.Tests.Pages;

/// <summary>The code of docs/serialization.md, and what that page says about it.</summary>
public sealed class SerializationPage
{
    [Test]
    public async Task A_context_of_the_application_is_inserted()
    {
        await using var client = await Conversation.StartAsync(
            static builder =>
            {
                builder.Services.AddSocketIO(options =>
                    options.JsonSerializerOptions.TypeInfoResolverChain.Insert(0, ChatJson.Default));
            },
            static socket => socket.OnWithAck("say", (ChatMessage message) => message with { Text = message.Text + "!" }));

        await client.SendAsync("""421["say",{"sentBy":"Ann","text":"hi","at":"2026-01-02T03:04:05.678Z"}]""");

        // Were the options of the context in force, this would be sent_by.
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""431[{"sentBy":"Ann","text":"hi!","at":"2026-01-02T03:04:05.678Z"}]"""));
    }

    [Test]
    public async Task Options_are_those_of_the_serializer()
    {
        await using var client = await Conversation.StartAsync(
            static builder =>
            {
                builder.Services.AddSocketIO(options =>
                {
                    options.JsonSerializerOptions.Converters.Add(new JsonStringEnumConverter<Colour>(JsonNamingPolicy.CamelCase));
                    options.JsonSerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
                    options.JsonSerializerOptions.RespectNullableAnnotations = true;
                });
            },
            static socket =>
            {
                socket.OnWithAck("paint", (Brush brush) => brush);
                socket.OnWithAck("text", (string text) => text is null ? "nothing" : text);
                socket.OnError(error => _ = socket.EmitAsync("error of type", error.GetType().Name));
            });

        await client.SendAsync("""421["paint",{"colour":"darkRed","name":"x"}]""");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""431[{"colour":"darkRed","name":"x"}]"""));
        await client.SendAsync("""422["paint",{"colour":"darkRed","name":null}]""");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""42["error of type","EventArgumentException"]"""));
        await client.SendAsync("""423["text"]""");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""433["nothing"]"""));
        await client.SendAsync("""424["text",null]""");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""434["nothing"]"""));
    }

    [Test]
    public async Task An_argument_is_passed_on_as_it_came()
    {
        await using var client = await Conversation.StartAsync(
            static builder => builder.Services.AddSocketIO(),
            static socket =>
            {
                socket.On("draw", (EventArgument stroke) => socket.EmitAsync("drawn", stroke));
                socket.On("all", (EventArguments arguments) => socket.EmitAsync("all", [.. arguments]));
            });

        await client.SendAsync("""451-["draw",{"points":{"_placeholder":true,"num":0}}]""");
        await client.SendAsync([1, 2, 3]);
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""451-["drawn",{"points":{"_placeholder":true,"num":0}}]"""));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("010203"));
        await client.SendAsync("""42["all",1,"x",null]""");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""42["all",1,"x",null]"""));
    }

    [Test]
    public async Task Members_that_no_property_takes_belong_in_a_dictionary()
    {
        await using var client = await Conversation.StartAsync(
            static builder => builder.Services.AddSocketIO(),
            static socket => socket.OnWithAck("same", (WithRest value) => value));

        await client.SendAsync("""421["same",{"known":1,"a":"x","b":[1]}]""");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""431[{"known":1,"a":"x","b":[1]}]"""));
    }

    [Test]
    public void A_JsonObject_for_them_is_what_the_framework_cannot_write()
    {
        var value = new WithRestInObject { Rest = new JsonObject { ["a"] = 1 } };

        Assert.That(JsonSerializer.Serialize(value), Is.EqualTo("""{{"a":1}}"""));
    }

    [Test]
    public async Task Values_have_the_texts_of_the_page()
    {
        await using var client = await Conversation.StartAsync(
            static builder => builder.Services.AddSocketIO(),
            static socket =>
            {
                socket.OnWithAck("dates", () => new object[]
                {
                    new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
                    new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
                    new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Unspecified),
                    new DateOnly(2026, 1, 2),
                    TimeSpan.FromSeconds(90),
                });
                socket.OnWithAck("number", (int number) => number);
                socket.OnWithAck("untyped", (object value) => value.GetType().Name);
            });

        await client.SendAsync("""421["dates"]""");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""431[["2026-01-02T03:04:05Z","2026-01-02T03:04:05.678+00:00","2026-01-02T03:04:05","2026-01-02","00:01:30"]]"""));
        await client.SendAsync("""422["number","5","more"]""");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("432[5]"));
        await client.SendAsync("""423["untyped",{"a":1}]""");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""433["JsonElement"]"""));
    }

    [Test]
    public async Task Newtonsoft_takes_the_place_of_the_serializer()
    {
        await using var client = await Conversation.StartAsync(
            static builder =>
            {
                builder.Services.AddSocketIO()
                    .AddNewtonsoftJson(settings => settings.NullValueHandling = Newtonsoft.Json.NullValueHandling.Ignore);
            },
            static socket => socket.OnWithAck("say", (ChatMessage message) => message));

        await client.SendAsync("""421["say",{"sentBy":null,"text":"hi","at":"2026-01-02T03:04:05Z"}]""");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""431[{"text":"hi","at":"2026-01-02T03:04:05Z"}]"""));
    }

    [Test]
    public async Task A_serializer_of_the_application()
    {
        await using var client = await Conversation.StartAsync(
            static builder =>
            {
                builder.Services.AddSocketIO(options => options.PayloadSerializer = new PlainSerializer());
            },
            static socket =>
            {
                socket.OnWithAck("say", (ChatMessage message) => message);
                socket.OnWithAck("bytes", () => new byte[] { 1, 2 });
                socket.OnError(error => _ = socket.EmitAsync("error of type", error.GetType().Name));
            });

        await client.SendAsync("""421["say",{"SentBy":"Ann","Text":"hi","At":"2026-01-02T03:04:05Z"}]""");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""431[{"SentBy":"Ann","Text":"hi","At":"2026-01-02T03:04:05Z"}]"""));
        await client.SendAsync("""422["bytes"]""");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""461-2[{"_placeholder":true,"num":0}]"""));
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("0102"));
        await client.SendAsync("""423["say",5]""");
        Assert.That(await client.ReceiveAsync(), Is.EqualTo("""42["error of type","EventArgumentException"]"""));
    }

    [Test]
    public async Task A_parser_of_the_application()
    {
        var parser = new CountingParser(SocketIOParsers.Json);
        await using var client = await Conversation.StartAsync(
            builder => builder.Services.AddSocketIO(options => options.Parser = parser),
            static socket => socket.OnWithAck("sum", (int a, int b) => a + b));

        await client.SendAsync("""421["sum",1,2]""");

        Assert.That(await client.ReceiveAsync(), Is.EqualTo("431[3]"));
        Assert.That(parser.Count, Is.EqualTo(2));
    }
}

public sealed record ChatMessage(string SentBy, string Text, DateTime At);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)] // has no effect here
[JsonSerializable(typeof(ChatMessage))]
[JsonSerializable(typeof(List<ChatMessage>))]
internal sealed partial class ChatJson : JsonSerializerContext;

public sealed class PlainSerializer : IPayloadSerializer
{
    public void Write(ArgumentWriter output, object? value)
    {
        using var writer = new Utf8JsonWriter(output);
        if (value is byte[] data)
        {
            writer.WriteRawValue($$"""{"_placeholder":true,"num":{{output.AddAttachment(data)}}}""");
            return;
        }

        JsonSerializer.Serialize(writer, value);
    }

    public void Write<T>(ArgumentWriter output, T value) => Write(output, (object?)value);

    public T Read<T>(ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json)!;
        }
        catch (JsonException exception)
        {
            throw new EventArgumentException($"The argument is no {typeof(T).Name}.", exception);
        }
    }
}

public sealed class CountingParser(ISocketIOParser inner) : ISocketIOParser
{
    private int _count;

    public int Count => _count;

    public ISocketIOPacketDecoder CreateDecoder(PacketLimits limits) => inner.CreateDecoder(limits);

    public EncodedMessage Encode(in SocketIOPacket packet)
    {
        Interlocked.Increment(ref _count);
        return inner.Encode(packet);
    }
}

internal enum Colour
{
    Green,
    DarkRed,
}

internal sealed record Brush(Colour Colour, string Name, string? Note = null);

internal sealed class WithRest
{
    public int Known { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Rest { get; set; }
}

internal sealed class WithRestInObject
{
    [JsonExtensionData]
    public JsonObject? Rest { get; set; }
}
