using System.Diagnostics;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The hook program in a mount namespace of its own, as a container runtime starts it, after a script has mounted something.</summary>
internal static class InMountNamespace
{
    /// <summary>Runs a hook; the test is skipped where no namespace can be made.</summary>
    /// <param name="container">The container, whose state is on standard input.</param>
    /// <param name="prepare">A shell script; $ROOT is the container's root on the host.</param>
    /// <param name="arguments">The hook and its flags.</param>
    public static HookResult Run(HookContainer container, string prepare, params string[] arguments) => RunThen(container, prepare, ":", arguments);

    /// <summary>As above, and a script after it whose output is the result's.</summary>
    public static HookResult RunThen(HookContainer container, string prepare, string after, params string[] arguments)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting needs root");
        using var scratch = new ScratchFolder();
        string hook = scratch.At("nvidia-cdi-hook");
        File.CreateSymbolicLink(hook, CoreProgram.Path);
        string script = $"{prepare} || exit 99\n\"$@\"; status=$?\n{{ {after}\n}} </dev/null\nexit $status\n";
        var start = new ProcessStartInfo("unshare", ["--mount", "--propagation", "private", "/bin/sh", "-c", script, "sh", hook, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ROOT"] = container.Root;
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(container.State);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode == 99, "the mounts of this test are not possible here: " + errors.Result);
        return new HookResult(process.ExitCode, output, errors.Result);
    }
}
