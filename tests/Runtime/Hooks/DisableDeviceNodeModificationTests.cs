using GpuContainers.Runtime.Hooks;
using GpuContainers.Runtime.Hooks.CommandLine;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The hook disable-device-node-modification as far as it needs no driver: its text. What it mounts is tested end to end.</summary>
public sealed class DisableDeviceNodeModificationTests : IDisposable
{
    private readonly HookContainer _container = new();

    [Theory]
    [Requirement("HK-113")]
    [InlineData("ModifyDeviceFiles: 1\n", "ModifyDeviceFiles: 0\n")]
    [InlineData("ModifyDeviceFiles: 1", "ModifyDeviceFiles: 0\n")]
    [InlineData("A: 1\r\nModifyDeviceFiles: 1\r\nB: \"x\"", "A: 1\nModifyDeviceFiles: 0\nB: \"x\"\n")]
    [InlineData("\nModifyDeviceFiles: 1\n\n", "\nModifyDeviceFiles: 0\n\n")]
    [InlineData("ModifyDeviceFiles: 1\nModifyDeviceFiles: 1\n", "ModifyDeviceFiles: 0\nModifyDeviceFiles: 0\n")]
    [InlineData("ModifyDeviceFiles: 0\n", null)]
    [InlineData("ModifyDeviceFiles: 1\nModifyDeviceFiles: 0\n", null)]
    [InlineData("ModifyDeviceFiles: 11\n", null)]
    [InlineData("ModifyDeviceFiles: 1 \n", null)]
    [InlineData(" ModifyDeviceFiles: 1\n", null)]
    [InlineData("ModifyDeviceFiles:1\n", null)]
    [InlineData("modifydevicefiles: 1\n", null)]
    [InlineData("", null)]
    public void Only_the_line_itself_is_changed(string text, string? expected) => Assert.Equal(expected, DisableDeviceNodeModification.Modified(text));

    [Fact]
    [Requirement("HK-112")]
    public void Without_a_driver_there_is_nothing_to_do()
    {
        Assert.SkipWhen(File.Exists("/proc/driver/nvidia/params"), "this machine has a driver");
        _container.File("/proc/driver/nvidia/params", "ModifyDeviceFiles: 1\n");
        Assert.Equal("", _container.Succeed("disable-device-node-modification").Errors);
        Assert.Equal("ModifyDeviceFiles: 1\n", _container.Read("/proc/driver/nvidia/params"));
    }

    [Fact]
    [Requirement("HK-112")]
    public void A_source_that_cannot_be_read_is_an_error()
    {
        Assert.Contains("cannot read the driver's parameters", Run(_container.Outside), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_container.Outside, "off"), "ModifyDeviceFiles: 0\n");
        Assert.Equal("", Run(Path.Combine(_container.Outside, "off")));
    }

    public void Dispose() => _container.Dispose();

    // The message of the failure; empty when there is none.
    private string Run(string hostParameters)
    {
        string state = Path.Combine(_container.Outside, "state.json");
        File.WriteAllText(state, _container.State);
        var values = new HookValues();
        values.Add(HookCommand.ContainerSpec, System.Text.Encoding.UTF8.GetBytes(state));
        try
        {
            using var context = new HookContext(HookStreams.OfProcess(), []) { Values = values };
            DisableDeviceNodeModification.Run(context, hostParameters);
            return "";
        }
        catch (HookException error)
        {
            return error.Message;
        }
    }
}
