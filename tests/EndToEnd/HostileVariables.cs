namespace GpuContainers.EndToEnd.Tests;

/// <summary>The variables by which an image could try to steer a program that is started outside its container (guide to security, M4).</summary>
internal static class HostileVariables
{
    /// <summary>As NAME=VALUE, all leading to a folder that the image owns.</summary>
    internal static IReadOnlyList<string> In(string folder) =>
    [
        $"LD_PRELOAD={folder}/poc.so", $"LD_AUDIT={folder}/poc.so", $"LD_LIBRARY_PATH={folder}", "LD_DEBUG=all", $"LD_DEBUG_OUTPUT={folder}/debug",
            $"LD_PROFILE_OUTPUT={folder}",
        $"GCONV_PATH={folder}", $"LOCPATH={folder}", $"NLSPATH={folder}/%N", $"MALLOC_TRACE={folder}/trace", "MALLOC_ARENA_MAX=1000",
            "GLIBC_TUNABLES=glibc.malloc.check=3:glibc.rtld.nns=1",
        $"TMPDIR={folder}", $"TMP={folder}", $"TEMP={folder}", $"HOME={folder}", $"PATH={folder}", $"PWD={folder}", $"TZ=:{folder}/zone", $"TZDIR={folder}",
            "LANG=xx_XX.UTF-8", "LC_ALL=xx_XX.UTF-8",
        $"XDG_CONFIG_HOME={folder}", $"XDG_RUNTIME_DIR={folder}", $"NVIDIA_CTK_CONFIG_FILE_PATH={folder}/config.toml",
        "DOTNET_DbgEnableMiniDump=1", $"DOTNET_DbgMiniDumpName={folder}/dump", "DOTNET_EnableCrashReport=1", "DOTNET_EnableEventPipe=1",
            $"DOTNET_EventPipeOutputPath={folder}/pipe",
        $"DOTNET_DiagnosticPorts={folder}/port", "DOTNET_gcServer=1", "DOTNET_GCHeapHardLimit=1", "DOTNET_GCgen0size=1", "DOTNET_GCHeapCount=1000",
            "DOTNET_TieredCompilation=0",
        "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0", $"DOTNET_STARTUP_HOOKS={folder}/hook.dll", $"DOTNET_ADDITIONAL_DEPS={folder}",
        "COMPlus_DbgEnableMiniDump=1", $"COMPlus_DbgMiniDumpName={folder}/dump", "COMPlus_GCHeapHardLimit=1", $"CORECLR_PROFILER_PATH={folder}/poc.so",
            "CORECLR_ENABLE_PROFILING=1",
        "CORECLR_PROFILER={00000000-0000-0000-0000-000000000001}",
    ];
}
