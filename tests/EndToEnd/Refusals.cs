namespace GpuContainers.EndToEnd.Tests;

/// <summary>Kernels and sandboxes without openat2(2): the three ways in which every test of the hooks' file work is run.</summary>
internal static class Refusals
{
    /// <summary>The error that openat2 fails with; "" where it works.</summary>
    internal static readonly string[] All = ["", "ENOSYS", "EPERM"];

    /// <summary>What to start a program through.</summary>
    /// <param name="error">The error; "" for none.</param>
    /// <param name="calls">What fails with it (see native/refusing.c).</param>
    internal static string[] Wrapper(string error, string calls = "openat2") => error.Length == 0 ? [] : [NativeTool.Program("refusing"), error, calls];
}
