using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>Folders of the host that a user mounted into a container, whose image names them.</summary>
public sealed class VolumeTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    // NVIDIA's toolkit makes and deletes links wherever the image's configuration sends it.
    [Theory]
    [Requirement("SEC-5", "HK-90")]
    [InlineData(0, "rw")]
    [InlineData(1000, "rw")]
    [InlineData(0, "ro")]
    public void A_volume_that_the_image_names_as_a_library_folder_stays_as_it_is(int user, string option)
    {
        Container container = fixture.Prepare();
        SimulatedHost host = fixture.Host;
        string volume = container.Bundle + "/volume", library = host.At(Machine.LibraryFolder) + "/libcuda.so.570.133.20";
        Directory.CreateDirectory(host.At(volume));
        File.Copy(library, host.At(volume) + "/libdata.so.7.1");
        File.CreateSymbolicLink(host.At(volume) + "/libcuda.so.1", "libgone.so");
        File.CreateSymbolicLink(host.At(volume) + "/libdangling.so.2", "libdangling.so.2.0");
        File.WriteAllText(host.At(container.Rootfs) + "/etc/ld.so.conf", "/data\ninclude /etc/ld.so.conf.d/*.conf\n");
        container.Specification["mounts"]!.AsArray().Add(new JsonObject
        {
            ["destination"] = "/data",
            ["type"] = "bind",
            ["source"] = volume,
            ["options"] = new JsonArray("rbind", option),
        });
        container.Specification["process"]!["user"] = new JsonObject { ["uid"] = user, ["gid"] = user };
        string list = $"find {volume} -printf '%p %y %m %U %s %T@ %C@ %l\\n' | sort";
        string before = host.Shell(list).Succeeded().Output;
        container.Run("probe libcuda.so.1").Succeeded();
        Assert.Equal(before, host.Shell(list).Succeeded().Output);
        // Its libraries are found all the same, under the names that they have.
        string cache = host.Run("ldconfig", "-r", container.Rootfs, "-p").Succeeded().Output;
        Assert.Contains("/data/libdata.so.7.1", cache, StringComparison.Ordinal);
    }
}
