using GpuContainers.CommandLine;

namespace GpuContainers.Ctk;

/// <summary><c>info</c>: has no function of its own; it prints its help (CT-140).</summary>
internal static class InfoCommand
{
    /// <summary>Makes the verb.</summary>
    public static Verb Create() => new("info", "Provide information about the system (nothing yet)");
}
