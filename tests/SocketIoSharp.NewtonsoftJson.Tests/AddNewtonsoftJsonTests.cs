using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Newtonsoft.Json.Serialization;
using SocketIoSharp.TestKit;

namespace SocketIoSharp.NewtonsoftJson.Tests;

/// <summary>How an application turns to Newtonsoft.Json.</summary>
public sealed class AddNewtonsoftJsonTests
{
    [Test]
    public void The_server_uses_the_serializer_with_the_settings_of_the_application()
    {
        var services = new ServiceCollection();
        services.AddSocketIO().AddNewtonsoftJson(settings => settings.ContractResolver = new DefaultContractResolver());

        var serializer = OptionsOf(services, Options.DefaultName).PayloadSerializer;

        var output = new ArgumentWriter();
        serializer!.Write(output, new Note { Text = "a" });
        Assert.That(System.Text.Encoding.UTF8.GetString(output.Written), Is.EqualTo("""{"Text":"a"}"""));
    }

    [Test]
    public void Of_several_servers_only_the_one_that_asks_is_changed()
    {
        var services = new ServiceCollection();
        services.AddSocketIO();
        services.AddSocketIO("second").AddNewtonsoftJson();

        Assert.That(OptionsOf(services, "second").PayloadSerializer, Is.TypeOf<NewtonsoftPayloadSerializer>());
        Assert.That(OptionsOf(services, Options.DefaultName).PayloadSerializer, Is.Not.TypeOf<NewtonsoftPayloadSerializer>());
    }

    private static SocketIOOptions OptionsOf(ServiceCollection services, string name)
        => services.BuildServiceProvider().GetRequiredService<IOptionsMonitor<SocketIOOptions>>().Get(name);
}
