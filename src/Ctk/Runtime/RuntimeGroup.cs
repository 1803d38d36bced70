using GpuContainers.CommandLine;

namespace GpuContainers.Ctk.Runtime;

/// <summary><c>runtime …</c>: container engines and the NVIDIA runtime.</summary>
internal static class RuntimeGroup
{
    /// <summary>Makes the group with its verbs.</summary>
    public static Verb Create()
    {
        var group = new Verb("runtime", "Let container engines use the NVIDIA Container Runtime");
        group.Add(ConfigureCommand.Create());
        group.Add(HelpCommand.Create());
        return group;
    }
}
