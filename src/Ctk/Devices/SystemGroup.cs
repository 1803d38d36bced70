using GpuContainers.CommandLine;

namespace GpuContainers.Ctk.Devices;

/// <summary><c>system …</c>: device nodes and links that containers need on the host.</summary>
internal static class SystemGroup
{
    /// <summary>Makes the group with its verbs.</summary>
    public static Verb Create()
    {
        var group = new Verb("system", "Create device nodes and links that GPU containers need on this machine");
        group.Add(CreateDeviceNodesCommand.Create());
        group.Add(CreateDevCharSymlinksCommand.Create());
        group.Add(HelpCommand.Create());
        return group;
    }
}
