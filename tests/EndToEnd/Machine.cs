using System.Runtime.InteropServices;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>What depends on the machine's architecture.</summary>
internal static class Machine
{
    /// <summary>Debian's folder of libraries.</summary>
    internal static string LibraryFolder { get; } =
        $"/usr/lib/{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64")}-linux-gnu";
}
