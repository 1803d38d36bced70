using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using GpuContainers.Ctk.Doctor;
using GpuContainers.Ctk.Doctor.Bundle;

namespace GpuContainers.Ctk.Tests.Doctor;

/// <summary>Support bundles of ten kinds of machines, kept in testdata/bundles: old bundles stay readable and mean what they meant.</summary>
public sealed partial class BundleSnapshotTests
{
    public static TheoryData<string> Kinds =>
    [
        "h200x2", "a100-mig", "rtx-graphics", "driver-container-dev", "gh200", "orin", "thor", "wsl", "lib64", "no-persistence",
    ];

    [Theory]
    [Requirement("DR-11")]
    [Requirement("DR-14")]
    [MemberData(nameof(Kinds))]
    public void A_kept_bundle_is_what_its_kind_of_machine_gives_and_gives_what_is_in_it(string kind)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the bundles are of x64 machines");
        string kept = Checkout.At("testdata", "bundles", kind + ".tar.gz");
        using SimulatedTree tree = SimulatedTree.Of(kind);
        // Where a driver container has the driver, the configuration says so.
        if (tree.DriverRoot != tree.Root && tree.DriverRoot != tree.Root + "/")
            tree.Write("/etc/nvidia-container-runtime/config.toml", $"[nvidia-container-cli]\nroot = \"{tree.DriverRoot[tree.Root.Length..]}\"\n");
        byte[] now = SupportBundle.Make(Examine(tree), keepsUuids: false).ToBytes();
        // Written anew with UPDATE_GOLDEN=1; the difference is to be read before it is committed.
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllBytes(kept, now);
        Dictionary<string, string> files = Files(File.ReadAllBytes(kept));
        Assert.Equal(files.Select(static file => file.Key + "\n" + file.Value), Files(now).Select(static file => file.Key + "\n" + file.Value));

        Assert.StartsWith("---\ncdiVersion: ", files["generated.yaml"], StringComparison.Ordinal);
        using SimulatedTree again = SimulatedTree.Of(kept);
        Assert.Equal(files["generated.yaml"], Files(SupportBundle.Make(Examine(again), keepsUuids: true).ToBytes())["generated.yaml"]);
    }

    // The version of the toolkit, and the size of the simulated library, which is built anew, change without a change of the form.
    private static Dictionary<string, string> Files(byte[] bundle)
    {
        var files = new Dictionary<string, string>();
        using var archive = new TarReader(new GZipStream(new MemoryStream(bundle), CompressionMode.Decompress));
        while (archive.GetNextEntry() is { } entry)
        {
            using var text = new StreamReader(entry.DataStream ?? Stream.Null, Encoding.UTF8);
            string content = Built().Replace(text.ReadToEnd(), "\"size\":0");
            files[entry.Name] = string.Join('\n', content.Split('\n').Where(static line => !line.StartsWith("\"about\":", StringComparison.Ordinal)));
        }
        return files;
    }

    [GeneratedRegex("\"size\":[0-9]{7}")]
    private static partial Regex Built();

    private static Machine Examine(SimulatedTree tree) => new(tree.Root, tree.Context(tree.Child(null, "/usr/lib/wsl/lib")));
}
