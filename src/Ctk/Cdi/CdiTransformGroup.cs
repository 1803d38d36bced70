using GpuContainers.CommandLine;

namespace GpuContainers.Ctk.Cdi;

/// <summary><c>cdi transform …</c>: changes to specifications (CDI-159).</summary>
internal static class CdiTransformGroup
{
    /// <summary>Makes the group.</summary>
    public static Verb Create()
    {
        var group = new Verb("transform", "Apply a transform to a CDI specification");
        group.Add(CdiTransformRootCommand.Create());
        group.Add(HelpCommand.Create());
        return group;
    }
}
