using GpuContainers.CommandLine;

namespace GpuContainers.Ctk;

/// <summary><c>hook …</c>: served by the core program, which calls this program for all other verbs only (CT-141).</summary>
internal static class HookCommand
{
    /// <summary>Makes the verb, for help texts.</summary>
    public static Verb Create() => new("hook", "Run one of the hooks of the container devices; see nvidia-cdi-hook --help");
}
