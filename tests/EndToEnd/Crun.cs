namespace GpuContainers.EndToEnd.Tests;

/// <summary>crun 1.28 of Debian sid, extracted beside the system: it makes mounts read-only after the hooks only.</summary>
internal static class Crun
{
    private static readonly Lazy<string> Script = new(Write);

    /// <summary>A program that starts it with the libraries it was built for; the test is skipped where it could not be had.</summary>
    internal static string Newer => Script.Value;

    private static string Write()
    {
        string folder = Checkout.At("artifacts", "debian", "crun", "usr");
        string libraries = folder + "/lib/x86_64-linux-gnu";
        string loader = libraries + "/ld-linux-x86-64.so.2";
        Assert.SkipUnless(File.Exists(loader) && File.Exists(folder + "/bin/crun"), $"{folder} is not there: run make engines");
        string script = Checkout.At("artifacts", "test", "crun-of-sid");
        Directory.CreateDirectory(Path.GetDirectoryName(script)!);
        return ProgramFile.Write(script, $"#!/bin/sh\nexec {loader} --library-path {libraries} {folder}/bin/crun \"$@\"\n");
    }
}
