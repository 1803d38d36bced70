using System.IO.Pipes;
using System.Text;
using GpuContainers.Linux.Files;
using GpuContainers.Runtime.Prestart;

namespace GpuContainers.Runtime.Tests.Prestart;

public sealed class PrestartStateTests
{
    [Theory]
    [Requirement("LG-19")]
    [InlineData("""{"pid":7,"bundle":"/b"}""", 7, "/b")]
    [InlineData("""{"ociVersion":"1.0.2","id":"x","status":[],"pid":7,"bundle":"/b","annotations":{"pid":"x"}}""", 7, "/b")]
    [InlineData("""{"pid":7,"bundlePath":"/old"}""", 7, "/old")]
    [InlineData("""{"pid":7,"bundlePath":"/old","bundle":""}""", 7, "/old")]
    [InlineData("""{"bundlePath":"/old","bundle":"/b"}""", 0, "/b")]
    [InlineData("""{"PID":7,"Bundle":"/b"}""", 7, "/b")]
    [InlineData("""{"pid":1,"pid":2,"bundle":"/\u0062","bundle":null}""", 2, "/b")]
    [InlineData("""{"pid":-1}""", -1, "")]
    [InlineData("null", 0, "")]
    [InlineData("{}", 0, "")]
    public void Process_and_bundle_are_taken_and_the_rest_ignored(string json, long pid, string bundle) =>
        Assert.Equal(new PrestartState(pid, bundle), PrestartState.Parse(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [Requirement("LG-18")]
    [InlineData("{\"pid\":7}garbage")]
    [InlineData(" \n{\"pid\":7} {\"pid\":8}")]
    public void What_follows_the_first_value_is_ignored(string json) =>
        Assert.Equal(7, PrestartState.Parse(Encoding.UTF8.GetBytes(json)).ProcessId);

    [Theory]
    [Requirement("LG-18", "LG-19")]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("{", "unexpected end of JSON input")]
    [InlineData("{\"pid\":7", "unexpected end of JSON input")]
    [InlineData("{\n  \"pid\" 7}", "line 2, column 9: ")]
    [InlineData("nonsense", "line 1, column 2: ")]
    [InlineData("[]", "the container state is a list, not an object")]
    [InlineData("7", "the container state is a number, not an object")]
    [InlineData("{\"pid\":\"7\"}", "pid is a string, not a whole number")]
    [InlineData("{\"pid\":7.5}", "pid is not a whole number of 64 bits")]
    [InlineData("{\"pid\":1e3}", "pid is not a whole number of 64 bits")]
    [InlineData("{\"pid\":18446744073709551616}", "pid is not a whole number of 64 bits")]
    [InlineData("{\"bundle\":{}}", "bundle is an object, not a string")]
    [InlineData("{\"bundlePath\":true}", "bundlePath is true or false, not a string")]
    public void A_state_that_cannot_be_read_is_an_error_with_its_cause(string json, string cause)
    {
        CoreException error = Assert.Throws<CoreException>(() => PrestartState.Parse(Encoding.UTF8.GetBytes(json)));
        Assert.StartsWith($"could not decode container state: {cause}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("LG-20")]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    public void A_process_must_be_named(long pid, bool passes)
    {
        Exception? error = Record.Exception(new PrestartState(pid, "/b").RequireProcess);
        Assert.Equal(passes, error is null);
        if (error is not null)
            Assert.Contains($"pid {pid} ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("LG-18")]
    public void The_end_of_the_value_is_enough_the_pipe_may_stay_open()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var input = new Descriptor((int)pipe.ClientSafePipeHandle.DangerousGetHandle());
        pipe.Write("{\"pid\":7,\"annotations\":{\"a\":\""u8);
        pipe.Write(Encoding.ASCII.GetBytes(new string('x', 20_000)));
        pipe.Write("\"},\"bundle\":\"/b\"}"u8);
        Assert.Equal(new PrestartState(7, "/b"), PrestartState.Read(input));
        pipe.ClientSafePipeHandle.SetHandleAsInvalid();
    }

    [Fact]
    [Requirement("LG-18")]
    public void Input_that_cannot_be_read_is_an_error_with_its_cause()
    {
        using Descriptor folder = HostFile.OpenRead("/");
        CoreException error = Assert.Throws<CoreException>(() => PrestartState.Read(folder));
        Assert.StartsWith("could not decode container state: read: is a directory", error.Message, StringComparison.Ordinal);
    }
}
