using RawWs.Host.Settings;
using Xunit;

namespace RawWs.Tests.Host.Settings;

public sealed class AddressTests
{
    [Theory]
    [InlineData("ws://127.0.0.1:8080")]
    [InlineData("ws://0.0.0.0:80")]
    [InlineData("ws://[::1]:0")]
    [InlineData("ws://[::]:65535")]
    [InlineData("ws://localhost:8080")]
    [InlineData("wss://127.0.0.1:8443")]
    [InlineData("wss://[::]:443")]
    [InlineData("unix:/run/rawws.sock")]
    public void Listens_there(string text) => Assert.True(Address.IsListen(text));

    [Theory]
    [InlineData("")]
    [InlineData("8080")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("ws://127.0.0.1")]
    [InlineData("ws://[::1]")]
    [InlineData("ws://127.0.0.1:")]
    [InlineData("ws://127.0.0.1:65536")]
    [InlineData("ws://127.0.0.1:-1")]
    [InlineData("ws://127.0.0.1:8080/")]
    [InlineData("ws://127.0.0.1:8080/echo")]
    [InlineData("ws://user@127.0.0.1:8080")]
    [InlineData("ws://example.com:8080")]
    [InlineData("https://127.0.0.1:8080")]
    [InlineData("wss://127.0.0.1")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("unix:")]
    [InlineData("unix:/")]
    [InlineData("unix:run/rawws.sock")]
    public void Does_not_listen_there(string text) => Assert.False(Address.IsListen(text));

    [Theory]
    [InlineData("*")]
    [InlineData("https://app.example")]
    [InlineData("http://127.0.0.1:3000")]
    [InlineData("http://[::1]:3000")]
    public void Is_an_origin(string text) => Assert.True(Address.IsOrigin(text));

    [Theory]
    [InlineData("")]
    [InlineData("app.example")]
    [InlineData("https://app.example/")]
    [InlineData("https://app.example/path")]
    [InlineData("https://user@app.example")]
    [InlineData("https://*.example")]
    [InlineData("mailto:someone@app.example")]
    public void Is_no_origin(string text) => Assert.False(Address.IsOrigin(text));

    [Theory]
    [InlineData("chat.example")]
    [InlineData("localhost")]
    [InlineData("192.0.2.1")]
    [InlineData("[::1]")]
    public void Is_a_host(string text) => Assert.True(Address.IsHost(text));

    [Theory]
    [InlineData("")]
    [InlineData("chat.example:80")]
    [InlineData("::1")]
    [InlineData("a b")]
    [InlineData("*")]
    [InlineData("https://chat.example")]
    public void Is_no_host(string text) => Assert.False(Address.IsHost(text));

    [Theory]
    [InlineData("localhost")]
    [InlineData("chat.example")]
    [InlineData("*.chat.example")]
    public void Is_a_name_that_clients_can_ask_for(string text) => Assert.True(Address.IsServerName(text));

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("chat.*.example")]
    [InlineData("192.0.2.1")]
    [InlineData("[::1]")]
    [InlineData("chat.example:443")]
    [InlineData("wss://chat.example")]
    public void Is_no_name_that_clients_can_ask_for(string text) => Assert.False(Address.IsServerName(text));
}
