using System.Text;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>Files of the image that are read, and text of the image that is written: neither may carry more than it should.</summary>
public sealed class HookInputTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private const long Tebibyte = 1L << 40;
    private static readonly string[] UpdateCache = ["update-ldcache", "--folder", "/opt/lib"];

    private SimulatedHost Host => fixture.Host;

    public static TheoryData<string> Caches =>
        ["empty", "truncated", "many entries", "offsets", "unterminated", "old", "compat", "big-endian", "extension loop", "sparse", "pipe", "socket", "device",
            "link", "dangling"];

    // The present cache is compared, never read for its entries: whatever it is, the new one is the same as if there had been none.
    [Theory]
    [Requirement("SEC-9")]
    [MemberData(nameof(Caches))]
    public void A_hostile_cache_is_as_good_as_none(string kind)
    {
        fixture.PrepareCanary();
        byte[] good = CacheOf(HookUse.Prepare(Host));
        HookRoot root = HookUse.Prepare(Host);
        foreach (byte[] hostile in HostileCaches(kind, good))
        {
            PutCache(root, kind, hostile);
            Assert.Equal(good, CacheOf(root));
        }
        fixture.AssertUntouched();
    }

    [Fact]
    [Requirement("SEC-9")]
    public void A_directory_in_place_of_the_cache_is_an_error()
    {
        HookRoot root = HookUse.Prepare(Host);
        root.MakeFolder("etc/ld.so.cache/inner");
        CommandResult result = root.Run(UpdateCache);
        Assert.Equal(1, result.Status);
        Assert.Contains("ld.so.cache", result.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(root.At("etc"), ".nvct-*"));
    }

    // Every beginning of a valid library, and every field of its headers at its largest: each in a file of its own beside a good one.
    [Fact]
    [Requirement("SEC-10")]
    public void Broken_libraries_are_skipped_and_the_others_indexed()
    {
        HookRoot root = HookUse.Prepare(Host);
        byte[] library = File.ReadAllBytes(root.At("opt/lib/libfirst.so.1.2"));
        int step = Math.Max(1, library.Length / 600);
        for (int length = 0; length < library.Length; length += length < 1024 ? 1 : step)
            root.MakeFile($"opt/bad/libcut{length}.so", library[..length]);
        for (int at = 0; at + 8 <= Math.Min(library.Length, 1024); at += 2)
        {
            byte[] changed = [.. library];
            changed.AsSpan(at, at % 8 == 0 ? 8 : 2).Fill(0xff);
            root.MakeFile($"opt/bad/libmax{at}.so", changed);
        }
        using (FileStream sparse = File.Create(root.At("opt/bad/libsparse.so")))
        {
            sparse.Write(library);
            sparse.SetLength(Tebibyte);
        }
        root.MakeFile("etc/ld.so.conf", "/opt/bad\n");
        CommandResult result = root.Run(UpdateCache).Succeeded();
        Assert.DoesNotContain("internal error", result.Errors, StringComparison.Ordinal);
        Assert.Contains("/opt/lib/libcuda.so.1", Listed(root), StringComparison.Ordinal);
    }

    // The note's fields have tests beside the hook; here the library as a whole is what is wrong.
    [Fact]
    [Requirement("SEC-11")]
    public void A_compatibility_library_that_is_none_is_no_reason_to_fail()
    {
        HookRoot root = HookUse.Prepare(Host);
        byte[] library = File.ReadAllBytes(root.At("opt/lib/libfirst.so.1.2"));
        for (int length = 0; length < library.Length; length += Math.Max(1, library.Length / 60))
        {
            root.MakeFile("usr/local/cuda/compat/libcuda.so.999.1", library[..length]);
            CommandResult result = root.Run(["enable-cuda-compat", "--host-driver-version=570.133.20"]).Succeeded();
            Assert.DoesNotContain("internal error", result.Errors, StringComparison.Ordinal);
        }
    }

    // One record a line, and no byte that a terminal would act on.
    [Fact]
    [Requirement("SEC-12", "HK-19")]
    public void Names_of_the_image_forge_no_log_record()
    {
        HookRoot root = HookUse.Prepare(Host);
        const string forged = "x\ntime=\"2026-01-01T00:00:00Z\" level=error msg=\"forged\"\u001b[31m\r\u0085\u2028\"";
        CommandResult result = root.Run(["create-symlinks", "--debug", "--link", $"{forged}::/usr/lib/{forged.Replace('/', '-')}"]).Succeeded();
        string line = Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain(line, static c => char.IsControl(c) || c == '\u2028');
        Assert.StartsWith("time=\"", line, StringComparison.Ordinal);
        // What is not UTF-8 is shown as such, and written as it is.
        CommandResult bytes = Host.Shell(
            $"nvidia-cdi-hook create-symlinks --link \"$(printf 'a\\377b')::/usr/lib/$(printf 'c\\200d')\" <{root.StateFile}; readlink " +
            $"{root.Folder}/usr/lib/$(printf 'c\\200d') | od -An -tx1").Succeeded();
        Assert.Contains("61 ff 62", bytes.Output, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("SEC-13")]
    [InlineData("/opt/a\n/etc")]
    [InlineData("/opt/a#b")]
    [InlineData("/opt/a:/b")]
    [InlineData("opt/a")]
    public void A_folder_that_would_write_a_second_line_is_refused(string folder)
    {
        HookRoot root = HookUse.Prepare(Host);
        Assert.Equal(1, root.Run(["update-ldcache", "--folder", folder]).Status);
        Assert.Empty(Directory.GetFiles(root.At("etc/ld.so.conf.d"), "*nvcr*"));
    }

    [Theory]
    [Requirement("SEC-13")]
    [InlineData("opt/evil\n#/compat")]
    [InlineData("opt/ev#il/compat")]
    [InlineData("opt/ev\u0007il/compat")]
    public void A_compatibility_folder_that_would_write_a_second_line_is_refused(string folder)
    {
        HookRoot root = HookUse.Prepare(Host);
        root.MakeFile(folder + "/libcuda.so.999.1", "no library");
        Directory.Delete(root.At("usr/local/cuda"), recursive: true);
        root.MakeLink("usr/local/cuda", "/" + Path.GetDirectoryName(folder));
        CommandResult result = root.Run(["enable-cuda-compat", "--host-driver-version=570.133.20"]);
        Assert.Equal(1, result.Status);
        Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(Directory.GetFiles(root.At("etc/ld.so.conf.d"), "00-compat*"));
    }

    // With the container's procfs mounted, as it is when hooks run: its links lead out of every root.
    [Theory]
    [Requirement("SEC-15")]
    [InlineData("/proc/1/root/etc")]
    [InlineData("/proc/self/root/etc")]
    [InlineData("/proc/self/cwd")]
    [InlineData("/proc/thread-self/root/etc")]
    public void Links_of_procfs_are_not_followed(string target)
    {
        foreach (string refusal in Refusals.All)
        {
            fixture.PrepareCanary();
            HookRoot root = HookUse.Prepare(Host);
            Directory.Delete(root.At("etc"), recursive: true);
            root.MakeLink("etc", target);
            string before = Host.Shell("ls -la --time-style=full-iso /etc").Succeeded().Output;
            string command = string.Join(' ', [.. Refusals.Wrapper(refusal), "nvidia-cdi-hook", .. UpdateCache]);
            CommandResult result = Host.Shell(
                $"exec unshare --mount --wd {CanaryHost.Canary} sh -c 'mount -t proc proc {root.Folder}/proc && {command} <{root.StateFile}'");
            Assert.Equal(1, result.Status);
            Assert.DoesNotContain("mount:", result.Errors, StringComparison.Ordinal);
            Assert.Equal(before, Host.Shell("ls -la --time-style=full-iso /etc").Succeeded().Output);
            fixture.AssertUntouched();
        }
    }

    // The limits of the input, and the depth of values that are skipped.
    [Fact]
    [Requirement("SEC-18", "HK-34")]
    public void A_state_that_is_too_deep_or_too_long_is_an_error()
    {
        HookRoot root = HookUse.Prepare(Host);
        string State(string member) => root.State.Insert(1, member + ",");
        CommandResult Run(string state) => Host.Run(["nvidia-cdi-hook", "create-symlinks", "--link", "a::/usr/lib/b"], [], state);
        Run(State($"\"x\":{new string('[', 60)}{new string(']', 60)}")).Succeeded();
        foreach (string state in (string[])[
            State($"\"x\":{new string('[', 100_000)}{new string(']', 100_000)}"), State($"\"x\":\"{new string('y', 1 << 20)}\""), "[", "", "{\"bundle\":7}"])
        {
            CommandResult result = Run(state);
            Assert.Equal(1, result.Status);
            Assert.Single(result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.DoesNotContain("internal error", result.Errors, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<byte[]> HostileCaches(string kind, byte[] good)
    {
        byte[] With(int at, params byte[] bytes)
        {
            byte[] changed = [.. good];
            bytes.CopyTo(changed.AsSpan(at));
            return changed;
        }
        return kind switch
        {
            "truncated" => Enumerable.Range(0, 24).Select(i => good[..(good.Length * i / 24)]),
            "many entries" => [With(20, 0xff, 0xff, 0xff, 0xff)],
            "offsets" => [With(52, 0xff, 0xff, 0xff, 0xff), With(56, 0xff, 0xff, 0xff, 0x7f)],
            "unterminated" => [[.. good.AsSpan().TrimEnd((byte)0)]],
            "old" => [[.. "ld.so-1.7.0\0"u8, 1, 0, 0, 0, .. new byte[12], .. "x\0y\0"u8]],
            "compat" => [[.. "ld.so-1.7.0\0"u8, 0, 0, 0, 0, .. good]],
            "big-endian" => [With(28, 3)],
            "extension loop" => [With(32, 32, 0, 0, 0)],
            _ => [[]],
        };
    }

    private void PutCache(HookRoot root, string kind, byte[] content)
    {
        string path = root.At("etc/ld.so.cache");
        File.Delete(path);
        switch (kind)
        {
            case "sparse":
                using (FileStream file = File.Create(path))
                    file.SetLength(Tebibyte);
                break;
            case "pipe":
                Nodes.MakePipe(path);
                break;
            case "socket":
                Nodes.MakeSocket(path);
                break;
            case "device":
                Nodes.MakeDevice(path);
                break;
            case "link":
                root.MakeLink("etc/ld.so.cache", CanaryHost.Canary + "/ld.so.cache");
                break;
            case "dangling":
                root.MakeLink("etc/ld.so.cache", "/nowhere");
                break;
            default:
                File.WriteAllBytes(path, content);
                break;
        }
    }

    private static byte[] CacheOf(HookRoot root)
    {
        root.Run(UpdateCache).Succeeded();
        Assert.Null(new FileInfo(root.At("etc/ld.so.cache")).LinkTarget);
        byte[] cache = File.ReadAllBytes(root.At("etc/ld.so.cache"));
        Assert.StartsWith("glibc-ld.so.cache1.1", Encoding.ASCII.GetString(cache), StringComparison.Ordinal);
        return cache;
    }

    private string Listed(HookRoot root) => Host.Run("ldconfig", "-r", root.Folder, "-p").Succeeded().Output;
}
