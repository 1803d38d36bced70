namespace GpuContainers.Repository.Tests;

/// <summary>The variables by which an image could try to steer a program that is started outside its container (guide to security, M4).</summary>
internal static class HostileEnvironment
{
    /// <summary>The variables, all pointing into that folder; <paramref name="library"/> leaves the file "canary" there when it is loaded.</summary>
    internal static Dictionary<string, string?> In(string folder, string library)
    {
        string canary = Path.Combine(folder, "canary");
        var variables = new Dictionary<string, string?>
        {
            ["CANARY_FILE"] = canary,
            ["LD_PRELOAD"] = library,
            ["LD_AUDIT"] = library,
            ["LD_LIBRARY_PATH"] = folder,
            ["LD_DEBUG"] = "all",
            ["LD_DEBUG_OUTPUT"] = canary,
            ["LD_PROFILE_OUTPUT"] = folder,
            ["GCONV_PATH"] = folder,
            ["LOCPATH"] = folder,
            ["NLSPATH"] = folder + "/%N",
            ["MALLOC_TRACE"] = canary,
            ["GLIBC_TUNABLES"] = "glibc.malloc.check=3",
            ["TMPDIR"] = folder,
            ["HOME"] = folder,
            ["TZDIR"] = folder,
            ["DOTNET_DbgEnableMiniDump"] = "1",
            ["DOTNET_DbgMiniDumpName"] = canary,
            ["DOTNET_EnableCrashReport"] = "1",
            ["DOTNET_EnableEventPipe"] = "1",
            ["DOTNET_EventPipeOutputPath"] = canary,
            ["DOTNET_DiagnosticPorts"] = canary,
            ["DOTNET_gcServer"] = "1",
            ["DOTNET_GCHeapHardLimit"] = "1",
            ["DOTNET_GCgen0size"] = "1",
            ["DOTNET_GCHeapCount"] = "1000",
            ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0",
            ["COMPlus_DbgEnableMiniDump"] = "1",
            ["COMPlus_DbgMiniDumpName"] = canary,
        };
        return variables;
    }
}
