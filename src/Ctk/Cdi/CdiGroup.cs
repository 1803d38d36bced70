using GpuContainers.CommandLine;

namespace GpuContainers.Ctk.Cdi;

/// <summary><c>cdi …</c>: what concerns specifications of the Container Device Interface.</summary>
internal static class CdiGroup
{
    /// <summary>Makes the group with its verbs.</summary>
    public static Verb Create()
    {
        var group = new Verb("cdi", "Provide tools for interacting with Container Device Interface specifications");
        group.Add(CdiGenerateCommand.Create());
        group.Add(CdiListCommand.Create());
        group.Add(CdiTransformGroup.Create());
        group.Add(CdiValidateCommand.Create());
        group.Add(HelpCommand.Create());
        return group;
    }
}
